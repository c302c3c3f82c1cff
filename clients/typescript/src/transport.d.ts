/** A value of a query; a list is any of its values, null the missing value. */
export type QueryValue =
  | string
  | number
  | boolean
  | Date
  | null
  | undefined
  | readonly (string | number | boolean | Date | null)[];

export interface Settings {
  /** Where the API is; the page's own origin, or http://127.0.0.1:5000, if not given. */
  url?: string | URL;
  /** The key that the API asks for. */
  apiKey?: string;
  /** How long an answer may take, in milliseconds; 10,000 if not given. */
  timeoutMs?: number;
  /** Further headers of every request. */
  headers?: HeadersInit;
  /** How often a request that may be repeated is sent again; 3 if not given. */
  retries?: number;
  /** Carries the requests in place of the platform's own. */
  fetch?: (url: string, init?: RequestInit) => Promise<Response>;
}

/** The query of an operation that takes none. */
export type NoQuery = Record<string, never>;

export interface Options<Query = Record<string, QueryValue>> {
  query?: Query;
  headers?: HeadersInit;
  /** Ends the call, which then rejects with the signal's reason. */
  signal?: AbortSignal;
  /** How long the answer may take, in milliseconds; the client's own if not given. */
  timeoutMs?: number;
}

export interface Answer<Body = unknown> {
  status: number;
  headers: Headers;
  /** JSON where the answer says that it is, else text; undefined where there is none. */
  body: Body;
}

/** A method of a path, as the generated part has it. */
export interface Operation {
  method: string;
  path: string;
  /** What the answer should be, where it is not JSON alone. */
  accept?: string;
  /** What it should be where text is asked for. */
  text?: string;
  /** The field that tells the entries of a list apart. */
  key?: string;
  /** Whether it may be sent again when its answer is lost, where its method does not tell. */
  isRepeatable?: boolean;
  /** Whether its body has a `job_id`, which makes it repeatable; one is made where it has none. */
  takesId?: boolean;
  /** The error statuses that are answers, not errors. */
  answers?: number[];
  /** Which parameter says how long an answer may be held back, and for how long by default. */
  patience?: {parameter: string; defaultS: number};
}

/** Carries the calls; `Client` extends it. */
export class Transport {
  constructor(settings?: Settings | string);

  /** Where the API is. */
  readonly url: string;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly apiKey: string | undefined;
  /** Whether streams may come over WebSockets. */
  readonly hasSockets: boolean;
  protected readonly _headers: Headers;
  protected readonly _fetch: (url: string, init: RequestInit) => Promise<Response>;

  /**
   * The answer of any path, such as a route of one's own.
   * @param path from the API's URL on, encoded.
   */
  request<Body = any>(
    method: string,
    path: string,
    options?: Options & {body?: unknown; accept?: string},
  ): Promise<Answer<Body>>;

  /** What comes of a path that has no end, until the signal ends it. */
  openStream(path: string, signal: AbortSignal): Promise<AsyncGenerator<Uint8Array, void, void>>;

  protected send(
    operation: Operation,
    names: string[],
    body?: unknown,
    options?: Options<any> & {as?: 'text'},
  ): Promise<Answer<any>>;
  protected call(
    operation: Operation,
    names: string[],
    body?: unknown,
    options?: Options<any> & {as?: 'text'},
  ): Promise<any>;
  protected list(
    operation: Operation,
    names: string[],
    options?: Options<any> & {as?: 'text'},
  ): any;
}

/** The query as a URL has it, with its question mark; empty where there is none. */
export function queryText(query?: Record<string, QueryValue>): string;

/** A UUIDv7 (RFC 9562, 5.7), which sorts by the time it was made. */
export function newJobId(): string;

/** Resolve after a time; reject when the signal aborts. */
export function pause(ms: number, signal?: AbortSignal): Promise<void>;
