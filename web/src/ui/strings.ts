export const uiStrings = {
  close: "Close",
  cancel: "Cancel",
  copy: "Copy",
  copied: "Copied",
  retry: "Try again",
  loading: "Loading",
  reference: "Reference",
  options: "Options",
};
