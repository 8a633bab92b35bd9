// A Go program that stands for the portal, or for a part of it, for the tests of one file.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import readline from 'node:readline';

const root = path.resolve(import.meta.dirname, '../..');

/** Builds the program of a folder beside this file into `into`; gives where it is. */
export function build(folder, tags, into) {
  const program = path.join(into, folder);
  execFileSync('go', ['build', '-tags', tags, '-o', program, `./frontend/e2e/${folder}`], { cwd: root, stdio: 'inherit' });
  return program;
}

/** One that runs. It speaks in lines of JSON, takes orders by a word each, and ends with its standard input: by end(). */
export class Program {
  #process;
  #exited;
  #lines;

  /** Starts it and waits for the first it says, which is `said` from then on. */
  static async start(program, args = []) {
    const it = new Program();
    it.#process = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    it.#exited = once(it.#process, 'exit');
    it.#lines = readline.createInterface({ input: it.#process.stdout })[Symbol.asyncIterator]();
    it.said = await it.line();
    return it;
  }

  /** What it says next. */
  async line() {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('the program has ended');
    return JSON.parse(value);
  }

  /** What it says next of that type. */
  async event(type) {
    for (;;) {
      const said = await this.line();
      if (said.type === type) return said;
    }
  }

  order(word) {
    this.#process.stdin.write(`${word}\n`);
  }

  async end() {
    this.#process.stdin.end();
    await this.#exited;
  }
}
