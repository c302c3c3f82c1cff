import {Api} from './api.js';

/**
 * Drives a session over its HTTP API.
 *
 * @example
 * const client = new Client({url: 'http://127.0.0.1:5000', apiKey: '…'});
 * const job = await client.postTaskJobs('fetch', {parameters: {day: '2026-01-01'}});
 * for await (const each of client.getJobs({query: {status: 'fail'}})) console.log(each.error);
 */
export class Client extends Api {}
