/** What a session of every engine has: its end, and its normal close. */
export abstract class SocketSession {
  /** Why no answer can come any more. */
  protected over: Error | null = null;
  /** Whether the socket is closed. */
  protected isClosed = false;
  protected tellOver: (error: Error) => void = () => {};
  protected tellClosed: () => void = () => {};

  /** @returns why no answer can come any more: a ChatError, or what `end` gave. */
  untilOver(): Promise<Error> {
    return new Promise((resolve) => {
      this.tellOver = resolve;
      if (this.over !== null) resolve(this.over);
    });
  }

  /** Closes normally, and waits until the socket is closed. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    const closed = new Promise<void>((resolve) => {
      this.tellClosed = resolve;
    });
    this.closeSocket();
    await closed;
  }

  protected abstract closeSocket(): void;
}
