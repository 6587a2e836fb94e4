export interface WakingListener {
  /** The network is back, or somebody looks at the page again: don't wait any longer. */
  onRetry: () => void;
  /** The machine slept: what looks connected may be dead. */
  onSuspect: () => void;
  onOffline: () => void;
}

const beat = 5_000;
const asleepAfter = 20_000;

/** Watches for the moments at which a connection should be tried or doubted. */
export function watchWaking(listener: WakingListener): () => void {
  let lastBeat = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    // Hidden tabs beat once a minute by the browser's will; that is no sleep.
    if (now - lastBeat > asleepAfter && document.visibilityState === "visible") listener.onSuspect();
    lastBeat = now;
  }, beat);
  const looked = () => {
    if (document.visibilityState !== "visible") return;
    if (Date.now() - lastBeat > asleepAfter) listener.onSuspect();
    else listener.onRetry();
    lastBeat = Date.now();
  };
  const online = () => listener.onSuspect();
  const offline = () => listener.onOffline();
  document.addEventListener("visibilitychange", looked);
  window.addEventListener("online", online);
  window.addEventListener("offline", offline);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", looked);
    window.removeEventListener("online", online);
    window.removeEventListener("offline", offline);
  };
}
