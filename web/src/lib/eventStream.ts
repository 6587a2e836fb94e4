/** One server-sent event as it came. */
export interface RawEvent {
  id: string | null;
  event: string;
  data: string;
}

/** Reads server-sent events out of text that comes in any pieces. `https://html.spec.whatwg.org/#event-stream-interpretation` */
export class EventStreamReader {
  private rest = "";
  private event = "";
  private data: string[] = [];
  private id: string | null = null;

  read(text: string): RawEvent[] {
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? "";
    const events: RawEvent[] = [];
    for (const line of lines) {
      if (line !== "") this.readField(line);
      else if (this.data.length > 0) {
        events.push({ id: this.id, event: this.event || "message", data: this.data.join("\n") });
        this.data = [];
        this.event = "";
      } else this.event = "";
    }
    return events;
  }

  private readField(line: string): void {
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") this.data.push(value);
    else if (name === "event") this.event = value;
    else if (name === "id" && !value.includes("\0")) this.id = value;
  }
}
