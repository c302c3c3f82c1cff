// Lists: a page of entries, and what matches page after page.

/** @extends {Array<any>} */
export class Page extends Array {
  // What is mapped or filtered is no page any more.
  static get [Symbol.species]() {
    return Array;
  }
}

/**
 * @param {import('./transport.js').Answer<any>} answer
 * @param {(query: any) => Promise<any>} more
 * @returns {any}
 */
export function pageOf({headers, body}, more = async () => null) {
  const page = new Page();
  for (const each of body ?? []) page.push(each);
  const total = headers.get('X-Total-Count');
  const next = nextQuery(headers.get('Link'));
  const about = {
    total: total === null ? undefined : Number(total),
    position: headers.get('X-Event-Position') ?? undefined,
    next: async () => (next ? more(next) : null),
  };
  // Hidden from loops and comparisons, which look at the entries.
  for (const [name, value] of Object.entries(about)) Object.defineProperty(page, name, {value});
  return page;
}

export class Listing {
  /**
   * @param {() => Promise<any>} first
   * @param {string} [key]
   */
  constructor(first, key) {
    this._first = first;
    this._key = key;
  }

  /**
   * @param {any} [onValue]
   * @param {any} [onError]
   */
  then(onValue, onError) {
    return this._first().then(onValue, onError);
  }

  /** @param {any} onError */
  catch(onError) {
    return this._first().catch(onError);
  }

  /** @param {any} onEnd */
  finally(onEnd) {
    return this._first().finally(onEnd);
  }

  async *pages() {
    for (let page = await this._first(); page; page = await page.next()) yield page;
  }

  async *[Symbol.asyncIterator]() {
    // An entry that moved to a later page, because newer ones came meanwhile, is given once.
    const seen = new Set();
    for await (const page of this.pages()) {
      for (const each of page) {
        const id = this._key === undefined ? undefined : each[this._key];
        if (id !== undefined && seen.has(id)) continue;
        seen.add(id);
        yield each;
      }
    }
  }

  async all() {
    const found = [];
    for await (const each of this) found.push(each);
    return found;
  }
}

/**
 * The query of the next page, by a Link header (RFC 8288).
 * @param {string | null} links
 */
function nextQuery(links) {
  const target = links?.match(/<([^>]*)>[^<]*;\s*rel="?next\b/)?.[1];
  if (!target) return null;
  /** @type {Record<string, string[]>} */
  const query = {};
  const parameters = new URL(target, 'http://localhost').searchParams;
  for (const [name, value] of parameters) (query[name] ??= []).push(value);
  return query;
}
