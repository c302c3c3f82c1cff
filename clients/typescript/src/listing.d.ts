import type {Answer} from './transport.js';

/** Entries of a list, as one answer gave them. */
export class Page<Entry> extends Array<Entry> {
  /** How many match in all, where the API tells. */
  readonly total: number | undefined;
  /** Where the stream of events stood before the list was read: follow from here. */
  readonly position: string | undefined;
  /** The next page; null where this is the last. */
  next(): Promise<Page<Entry> | null>;
}

/** The page that an answer has; `more` asks for the one of another query. */
export function pageOf<Entry>(
  answer: Answer<readonly Entry[] | undefined>,
  more?: (query: any) => Promise<Page<Entry>>,
): Page<Entry>;

/**
 * What matches, in the order of the API. Nothing is asked for before it is used: `await` gives the
 * first page, `for await` every entry, page after page.
 */
export class Listing<Entry> implements PromiseLike<Page<Entry>>, AsyncIterable<Entry> {
  constructor(first: () => Promise<Page<Entry>>, key?: string);
  then<Value = Page<Entry>, Other = never>(
    onValue?: ((page: Page<Entry>) => Value | PromiseLike<Value>) | null,
    onError?: ((error: any) => Other | PromiseLike<Other>) | null,
  ): Promise<Value | Other>;
  catch<Other = never>(
    onError?: ((error: any) => Other | PromiseLike<Other>) | null,
  ): Promise<Page<Entry> | Other>;
  finally(onEnd?: (() => void) | null): Promise<Page<Entry>>;
  /** The entries, a page at a time. */
  pages(): AsyncGenerator<Page<Entry>, void, void>;
  [Symbol.asyncIterator](): AsyncGenerator<Entry, void, void>;
  /** All of them. */
  all(): Promise<Entry[]>;
}
