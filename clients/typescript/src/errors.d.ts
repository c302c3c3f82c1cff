/** What all errors of this package have in common. */
export class RedengineError extends Error {}

/** The API answered with an error. */
export class ApiError extends RedengineError {
  constructor(status: number, envelope: Record<string, any>, retryAfterMs?: number);
  /** The HTTP status. */
  readonly status: number;
  /** A stable word, such as NOT_FOUND. */
  readonly code: string;
  /** The same as the message for programs. */
  readonly details: Record<string, any>;
  /** What to look for in the server's log. */
  readonly requestId: string | undefined;
  /** When to try again, in milliseconds, if the API told. */
  readonly retryAfterMs: number | undefined;
}

/** There was no answer; whether the request was carried out is not known. */
export class ConnectionFailed extends RedengineError {
  constructor(method: string, url: string, cause: unknown);
  readonly url: string;
}

/** The answer did not come in time; whether the request was carried out is not known. */
export class AnswerTimeout extends RedengineError {
  constructor(method: string, url: string, timeoutMs: number);
  readonly url: string;
  readonly timeoutMs: number;
}

/** What answered does not speak like the API of a session. */
export class UnreadableAnswer extends RedengineError {
  constructor(url: string, status: number, reason: string, text: string);
  readonly url: string;
  readonly status: number;
  /** The beginning of the answer. */
  readonly excerpt: string;
}

/** The session has closed a stream, or refused a subscription, and coming back is no use. */
export class StreamClosed extends RedengineError {
  constructor(closeCode: number, reason: string, frame?: Record<string, any>);
  /** The close code of the WebSocket. */
  readonly closeCode: number;
  /** STREAM_CLOSED, or the code of the refusal. */
  readonly code: string;
  readonly details: Record<string, any>;
  readonly retryAfterMs: number | undefined;
}

/** One way of following does not exist here; another one may. */
export class Unusable extends RedengineError {
  constructor(cause: Error);
}
