// The page's icons: paths in a square of 24 by 24, drawn as lines.

export const ICONS = {
  zoom_in: "M11 5v12M5 11h12",
  zoom_out: "M5 11h12",
  flip: "M12 3v18M8 7 3 17h5zM16 7l5 10h-5z",
  brighter: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2",
  darker: "M20 14A8 8 0 1 1 10 4a6.5 6.5 0 0 0 10 10z",
  reset: "M4 4v6h6M4.5 10A8 8 0 1 1 5 15",
  left: "M20 12H4M10 6l-6 6 6 6",
  right: "M4 12h16M14 6l6 6-6 6",
  up: "M12 20V4M6 10l6-6 6 6",
  down: "M12 4v16M6 14l6 6 6-6",
  next: "M9 5l7 7-7 7",
  back: "M15 5l-7 7 7 7",
};
