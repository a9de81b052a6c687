// Pointers, wheel and keys over the pictures that are compared.

const FINE = 0.0015; // enlargement of a step of the wheel

const KEYS = {
  "+": (viewer) => viewer.zoomIn(),
  "=": (viewer) => viewer.zoomIn(),
  "-": (viewer) => viewer.zoomOut(),
  f: (viewer) => viewer.flip(),
  b: (viewer) => viewer.brighter(),
  d: (viewer) => viewer.darker(),
  0: (viewer) => viewer.reset(),
  ArrowLeft: (viewer) => viewer.step(-1, 0),
  ArrowRight: (viewer) => viewer.step(1, 0),
  ArrowUp: (viewer) => viewer.step(0, -1),
  ArrowDown: (viewer) => viewer.step(0, 1),
};

/** Let a stage drive its viewer; keys count where the stage itself has the focus. */
export function handled(stage, viewer) {
  stage.addEventListener("keydown", (event) => {
    const deed = KEYS[event.key];
    if (deed && event.target === stage && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      deed(viewer);
    }
  });
  const onWheel = (event) => {
    if (event.ctrlKey || document.activeElement === stage) {
      event.preventDefault(); // else the page scrolls, as everywhere
      viewer.zoom(Math.exp(-event.deltaY * FINE));
    }
  };
  stage.addEventListener("wheel", onWheel, { passive: false });
  byPointers(stage, viewer);
}

function byPointers(stage, viewer) {
  const down = new Map(); // where each finger, or the mouse, is
  stage.addEventListener("pointerdown", (event) => {
    if (event.target.closest("button")) {
      return; // whose click a captured pointer would take away
    }
    stage.setPointerCapture(event.pointerId);
    down.set(event.pointerId, event);
  });
  stage.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    if (!before) {
      return;
    }
    const apart = distance(down);
    down.set(event.pointerId, event);
    const { width, height } = viewer.frameSize;
    const x = (event.clientX - before.clientX) / width / down.size;
    const y = (event.clientY - before.clientY) / height / down.size;
    viewer.move(x, y);
    if (down.size === 2) {
      viewer.zoom(distance(down) / apart);
    }
  });
  const up = (event) => down.delete(event.pointerId);
  stage.addEventListener("pointerup", up);
  stage.addEventListener("pointercancel", up);
}

function distance(down) {
  const [one, two] = [...down.values()];
  return two ? Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY) : 1;
}
