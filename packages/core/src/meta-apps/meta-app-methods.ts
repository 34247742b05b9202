import { randomBytes } from "node:crypto";
import type { z } from "zod";
import { actingAsHost } from "../access/access-methods.ts";
import type { Context } from "../app.ts";
import { check } from "../http/check.ts";
import { type Page, PageQuery } from "../http/page.ts";
import { CreateMetaApp, createMetaApp } from "./create-meta-app.ts";
import { deleteMetaApp } from "./delete-meta-app.ts";
import { getMetaApp, listMetaApps } from "./list-meta-apps.ts";
import { getSetup, type MetaAppSetup, setUp } from "./setup.ts";
import type { CreatedMetaApp, ShownMetaApp } from "./shown-meta-app.ts";
import { UpdateMetaApp, updateMetaApp } from "./update-meta-app.ts";

/** What can be done with Meta apps. Each method fails as its route does. */
export interface MetaAppMethods {
  /** A verify token that was made here is in this answer and in no other. */
  readonly create: (input: z.input<typeof CreateMetaApp>) => Promise<CreatedMetaApp>;
  readonly list: (query?: z.input<typeof PageQuery>) => Promise<Page<ShownMetaApp>>;
  readonly get: (id: string) => Promise<ShownMetaApp>;
  readonly update: (id: string, input: z.input<typeof UpdateMetaApp>) => Promise<ShownMetaApp>;
  readonly delete: (id: string) => Promise<void>;
  /** What the app needs, against what Meta has. */
  readonly getSetup: (id: string) => Promise<MetaAppSetup>;
  /** Sets callback and fields at Meta. */
  readonly setUp: (id: string) => Promise<MetaAppSetup>;
}

/** `context` is asked at every call. */
export function metaAppMethods(context: () => Context): MetaAppMethods {
  return {
    async create(input) {
      const { app, acting } = actingAsHost(context);
      return createMetaApp({ ...app, random: randomBytes }, acting, check(CreateMetaApp, input));
    },
    async list(query = {}) {
      const { app, acting } = actingAsHost(context);
      return listMetaApps(app, acting, check(PageQuery, query));
    },
    async get(id) {
      const { app, acting } = actingAsHost(context);
      return getMetaApp(app, acting, id);
    },
    async update(id, input) {
      const { app, acting } = actingAsHost(context);
      return updateMetaApp(app, acting, { ...check(UpdateMetaApp, input), id });
    },
    async delete(id) {
      const { app, acting } = actingAsHost(context);
      return deleteMetaApp(app, acting, id);
    },
    async getSetup(id) {
      const { app, acting } = actingAsHost(context);
      return getSetup(app, acting, id);
    },
    async setUp(id) {
      const { app, acting } = actingAsHost(context);
      return setUp(app, acting, id);
    },
  };
}
