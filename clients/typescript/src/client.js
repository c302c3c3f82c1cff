import {Api} from './api.js';
import {EventStream, RecordStream} from './stream.js';

/** The API of a session; `api.js` has a method for each of its operations. */
export class Client extends Api {
  /** @param {import('./stream.js').EventOptions} [options] */
  events(options) {
    return new EventStream(this, options);
  }

  /**
   * @param {string} channel
   * @param {import('./stream.js').RecordOptions} [options]
   */
  follow(channel, options) {
    return new RecordStream(this, channel, options);
  }

  /** @param {{signal?: AbortSignal}} [options] */
  async position(options) {
    const {position} = await this.getEvents({...options, query: {mode: 'poll', timeout: 0}});
    return position;
  }
}
