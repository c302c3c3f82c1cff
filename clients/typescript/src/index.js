export {Client} from './client.js';
export * from './errors.js';
export {Listing, Page} from './listing.js';
export {EventStream, RecordStream} from './stream.js';
export {newJobId} from './transport.js';
