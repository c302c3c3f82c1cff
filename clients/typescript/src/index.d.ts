export type * from './api.js';
export {Client} from './client.js';
export * from './errors.js';
export {Listing, Page} from './listing.js';
export type * from './schemas.js';
export type {ChannelRecord, EventOptions, Gap, RecordOptions, SessionEvent} from './stream.js';
export {EventStream, RecordStream} from './stream.js';
export {newJobId} from './transport.js';
export type {Answer, Options, QueryValue, Settings} from './transport.js';
