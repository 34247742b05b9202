import { Failure } from "../failure.ts";
import { countRefused } from "../telemetry/measure.ts";
import type { OnRefused, Refusal } from "../telemetry/on-refused.ts";
import type { HttpRequest, HttpResponse } from "./message.ts";
import { failureResponse } from "./respond.ts";

/** A request as it is told of, and who is told when it is refused. */
export interface Asked {
  readonly request: HttpRequest;
  readonly surface: Refusal["surface"];
  /** With names in the place of what was asked for. */
  readonly route: string;
  /** At the receiver. */
  readonly appId?: string | undefined;
  readonly requestId: string;
  /** Must not throw. */
  readonly onRefused: OnRefused;
}

/** Answers a request; a `Failure` is told and presented. @throws Any other error. */
export async function presented<Response extends HttpResponse | undefined>(
  asked: Asked,
  respond: () => Promise<Response>,
  present: (failure: Failure, requestId: string) => HttpResponse = failureResponse,
): Promise<Response | HttpResponse> {
  try {
    return await respond();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const response = present(error, asked.requestId);
    tellRefusal(asked, error.code, response.status);
    return response;
  }
}

function tellRefusal(asked: Asked, code: Failure["code"], status: number): void {
  const { request, surface, route, appId, requestId, onRefused } = asked;
  const { method, remoteAddress } = request;
  countRefused(surface, code);
  onRefused({
    ...{ surface, code, status, method, route, requestId },
    ...(appId !== undefined && { appId }),
    ...(remoteAddress !== undefined && { remoteAddress }),
  });
}
