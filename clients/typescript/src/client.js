import {Api} from './api.js';

/** The API of a session; `api.js` has a method for each of its operations. */
export class Client extends Api {}
