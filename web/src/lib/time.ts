const words = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

export function relativeTime(at: string, now: number): string {
  const seconds = Math.round((Date.parse(at) - now) / 1000);
  const size = Math.abs(seconds);
  if (Number.isNaN(seconds)) return "";
  if (size < 45) return "just now";
  if (size < hour) return words.format(Math.trunc(seconds / minute) || Math.sign(seconds), "minute");
  if (size < day) return words.format(Math.trunc(seconds / hour), "hour");
  return words.format(Math.trunc(seconds / day), "day");
}

export function exactTime(at: string): string {
  const time = Date.parse(at);
  return Number.isNaN(time) ? at : exact.format(time);
}

/** "2 d 3 h", "4 min", "12 s". */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < minute) return `${seconds} s`;
  if (seconds < hour) return `${Math.floor(seconds / minute)} min`;
  if (seconds < day) return `${Math.floor(seconds / hour)} h ${Math.floor((seconds % hour) / minute)} min`;
  return `${Math.floor(seconds / day)} d ${Math.floor((seconds % day) / hour)} h`;
}

/** "1.4 GB". */
export function fileSize(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${size >= 10 || unit === 0 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

/** "1 file", "3 files". */
export function count(number: number, one: string, many: string): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}
