import {Api} from './api.js';
import type {EventOptions, EventStream, RecordOptions, RecordStream} from './stream.js';

/**
 * Drives a session over its HTTP API.
 *
 * @example
 * const client = new Client({url: 'http://127.0.0.1:5000', apiKey: '…'});
 * const job = await client.postTaskJobs('fetch', {parameters: {day: '2026-01-01'}});
 * for await (const each of client.getJobs({query: {status: 'fail'}})) console.log(each.error);
 */
export class Client extends Api {
  /** What happens in the session, as it happens; missing events are told by one of type `gap`. */
  events(options?: EventOptions): EventStream;
  /** The records of a channel, as they are sent; the loop ends when the channel is deleted. */
  follow(channel: string, options?: RecordOptions): RecordStream;
  /** Where the stream of events stands now. */
  position(options?: {signal?: AbortSignal}): Promise<string>;
}
