import { escapeHtml, htmlPage, type Page } from "../http/html-page.ts";
import { preferredLanguage } from "../http/language.ts";
import type { HttpRequest, HttpResponse } from "../http/message.ts";
import { type Language, WORDS } from "./words.ts";

/** Which number somebody is asked about, in words they know it by. */
export interface Asked {
  readonly business: string | null;
  readonly phoneNumber: string | null;
  /** Milliseconds since the epoch. */
  readonly dueAt: number;
}

/** The pages that a link can lead to, in the language of whoever opens it. */
export interface Pages {
  readonly ask: (asked: Asked) => HttpResponse;
  /** `dueAt` is when it is due next, in milliseconds since the epoch. */
  readonly done: (dueAt: number) => HttpResponse;
  readonly ended: () => HttpResponse;
  readonly missing: () => HttpResponse;
  readonly away: () => HttpResponse;
}

/** Chooses the language of a request's answer. */
export function pagesFor({ headers }: Pick<HttpRequest, "headers">): Pages {
  const language = preferredLanguage(headers["accept-language"], ["en", "es", "pt"]);
  const words = WORDS[language];
  const page = (status: number, title: string, content: string) =>
    htmlPage({ status, language, title, content });
  return {
    ask: ({ business, phoneNumber, dueAt }) =>
      page(
        200,
        words.askTitle,
        [
          nameOf(business, phoneNumber),
          paragraph(words.why),
          paragraph(words.dueBy(dateIn(language, dueAt))),
          paragraph(words.how),
          `<form method="post"><button type="submit">${escapeHtml(words.button)}</button></form>`,
        ].join(""),
      ),
    done: (dueAt) => page(200, words.doneTitle, paragraph(words.nextBy(dateIn(language, dueAt)))),
    ended: () => page(410, words.endedTitle, paragraph(words.ended)),
    missing: () => page(404, words.missingTitle, paragraph(words.missing)),
    away: () => withRetry({ language, title: words.awayTitle, content: paragraph(words.away) }),
  };
}

function withRetry(page: Omit<Page, "status">): HttpResponse {
  return htmlPage({ ...page, status: 503, headers: { "retry-after": "60" } });
}

function nameOf(business: string | null, phoneNumber: string | null): string {
  const names = [business, phoneNumber].filter((name) => name !== null);
  if (names.length === 0) return "";
  return `<p><strong>${names.map(escapeHtml).join("<br>")}</strong></p>`;
}

function paragraph(text: string): string {
  return `<p>${escapeHtml(text)}</p>`;
}

/** A day, in UTC: wherever the reader is, Meta waits longer than we do. */
function dateIn(language: Language, at: number): string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });
  return format.format(at);
}
