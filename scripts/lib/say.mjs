/** Words for people go to stderr, so that stdout stays free for what a program may read. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** A failure whose message is complete: it says what is wrong and what to do, no stack is needed. */
export class Remedy extends Error {}

/** Runs a script's main function; failures become one message and exit code 1. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    say(error instanceof Remedy ? error.message : (error?.stack ?? String(error)));
    process.exitCode = 1;
  }
}
