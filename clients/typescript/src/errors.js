// What a call can reject with, beside the reason of the caller's own signal.

export class RedengineError extends Error {
  /**
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(message, options) {
    super(message, options);
    this.name = new.target.name;
  }
}

export class ApiError extends RedengineError {
  /**
   * @param {number} status
   * @param {any} envelope
   * @param {number} [retryAfterMs]
   */
  constructor(status, envelope, retryAfterMs) {
    super(envelope.message);
    this.status = status;
    this.code = envelope.error;
    this.details = envelope.details ?? {};
    this.requestId = envelope.request_id;
    this.retryAfterMs = retryAfterMs;
  }
}

export class ConnectionFailed extends RedengineError {
  /**
   * @param {string} method
   * @param {string} url
   * @param {any} cause
   */
  constructor(method, url, cause) {
    const reason = cause?.cause?.message || cause?.cause?.code || cause?.message || String(cause);
    super(
      `${method} ${shown(url)} got no answer: ${reason}; is the session running, and is this ` +
        'where its FlaskAPI listens?',
      {cause},
    );
    this.url = shown(url);
  }
}

export class AnswerTimeout extends RedengineError {
  /**
   * @param {string} method
   * @param {string} url
   * @param {number} timeoutMs
   */
  constructor(method, url, timeoutMs) {
    super(`${method} ${shown(url)} was not answered within ${timeoutMs} ms; raise timeoutMs`);
    this.url = shown(url);
    this.timeoutMs = timeoutMs;
  }
}

export class UnreadableAnswer extends RedengineError {
  /**
   * @param {string} url
   * @param {number} status
   * @param {string} reason
   * @param {string} text
   */
  constructor(url, status, reason, text) {
    super(`${shown(url)} answered ${status} with ${reason}; is it the API of a session?`);
    this.url = shown(url);
    this.status = status;
    this.excerpt = text.slice(0, 200);
  }
}

export class StreamClosed extends RedengineError {
  /**
   * @param {number} closeCode
   * @param {string} reason
   * @param {any} [frame]
   */
  constructor(closeCode, reason, frame) {
    super(`the stream was closed with ${closeCode}${reason ? `: ${reason}` : ''}`);
    this.closeCode = closeCode;
    this.code = frame?.code ?? 'STREAM_CLOSED';
    this.details = {...frame?.details, ...(frame && {temporary: frame.temporary === true})};
    this.retryAfterMs = frame?.retry_after ? frame.retry_after * 1_000 : undefined;
  }
}

/** One way of following does not exist here; another one may. */
export class Unusable extends RedengineError {
  /** @param {any} cause */
  constructor(cause) {
    super(cause.message, {cause});
  }
}

/**
 * A URL without its query, which may have what nobody should see in a log.
 * @param {string} url
 */
function shown(url) {
  return url.split('?')[0];
}
