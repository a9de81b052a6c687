// What went wrong, by the API's stable codes (RFC 9457), and by two of the page's own.

/** No answer came: the network or the service is away. */
export const OFFLINE = "offline";

/** The answer was no problem document, so something between here and the service made it. */
export const UNREADABLE = "unreadable_answer";

const AWAY = new Set([429, 502, 503, 504]);

/** Whether any call would be answered like this now: nobody is there, or knows the caller, or has time. */
export const isAway = ({ code, status }) =>
  code === OFFLINE || code === "unauthenticated" || AWAY.has(status);

/**
 * Whether the same call may be answered another time: nothing is wrong with what was asked. A 4xx that is
 * no problem document is a no, too: of a proxy that lets no such thing through.
 */
export const isForLater = (problem) =>
  isAway(problem) || problem.status >= 500 || (problem.code === UNREADABLE && problem.status < 400);

/** Whether asking again may bring what did not come; what the service says no to stays a no. */
export const mayComeYet = (error) =>
  !(error instanceof Problem) || error.code === UNREADABLE || isForLater(error);

/** An answer that says no. `fields` names what is wrong with which field of the request. */
export class Problem extends Error {
  constructor(code, status = 0, detail = "", fields = [], retryAfter = null) {
    super(detail || code);
    Object.assign(this, { code, status, detail, fields, retryAfter });
  }

  static async of(answer) {
    const isProblem = (answer.headers.get("Content-Type") ?? "").includes("problem+json");
    if (!isProblem) {
      return new Problem(UNREADABLE, answer.status);
    }
    const { code, status, detail, errors } = await answer.json();
    return new Problem(code, status, detail, errors ?? [], answer.headers.get("Retry-After"));
  }
}
