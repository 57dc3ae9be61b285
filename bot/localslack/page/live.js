// Hears what changes. After a break it tries again by itself and then says so, because
// whatever happened meanwhile was not heard.

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5000;

export class Live {
  #source = null;
  #timer = null;
  #pause = FIRST_PAUSE;

  /** `heard(event)` for each change, `connected()` after each connect, `lost()` when it breaks. */
  constructor({ heard, connected, lost }) {
    Object.assign(this, { heard, connected, lost });
  }

  /** Listens to `address` instead of whatever it listened to before. */
  listen(address) {
    this.#stop();
    const source = new EventSource(address);
    this.#source = source;
    source.onopen = () => {
      this.#pause = FIRST_PAUSE;
      this.connected();
    };
    source.onmessage = (message) => this.heard(JSON.parse(message.data));
    source.onerror = () => this.#tryAgain(address);
  }

  #tryAgain(address) {
    this.#stop();
    this.lost();
    this.#timer = setTimeout(() => this.listen(address), this.#pause);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }
}

/** Runs `read` once at a time; if asked again meanwhile, once more after that. */
export function coalesced(read) {
  let running = null;
  let again = false;
  const run = async () => {
    do {
      again = false;
      await read();
    } while (again);
  };
  return () => {
    again = true;
    running ??= run().finally(() => { running = null; });
    return running;
  };
}
