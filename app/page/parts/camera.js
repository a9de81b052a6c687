// The camera: the phone's own where there is one, else a window with what the camera sees.

import { h } from "../lib/dom.js";
import { say } from "../lib/words.js";
import { uncoverButton } from "./cover.js";

const QUALITY = 0.95;

/** Held in a hand, and touched: then the camera comes first. */
export const isPhone = () => window.matchMedia("(pointer: coarse)").matches;

/**
 * Let a picture be taken until `signal`, in one window at a time; `onPhoto` gets it as a Blob. Where the
 * browser gives no camera, `onRefused` is called: it opens no choice of files by itself that long after
 * the click. Whoever passes its question over hears nothing, and asks again.
 */
export function takePicture(onPhoto, onRefused, signal) {
  if (isPhone() || !navigator.mediaDevices?.getUserMedia) {
    phoneCamera(onPhoto);
    return;
  }
  const isShown = () => document.querySelector("dialog.camera") !== null;
  navigator.mediaDevices
    .getUserMedia({ video: { width: { ideal: 3840 }, facingMode: "environment" } })
    .then((stream) => (signal.aborted || isShown() ? stop(stream) : cameraWindow(stream, onPhoto, signal)))
    .catch(onRefused);
}

function phoneCamera(onPhoto) {
  const input = h("input", { type: "file", accept: "image/*", capture: "environment" });
  input.addEventListener("change", () => input.files[0] && onPhoto(input.files[0]));
  input.click();
}

function cameraWindow(stream, onPhoto, signal) {
  const video = h("video", { autoplay: true, playsInline: true, muted: true });
  video.srcObject = stream;
  const close = () => dialog.close();
  const take = () => {
    const canvas = h("canvas", { width: video.videoWidth, height: video.videoHeight });
    canvas.getContext("2d").drawImage(video, 0, 0);
    canvas.toBlob((blob) => signal.aborted || onPhoto(blob), "image/jpeg", QUALITY);
    close();
  };
  const taking = button("primary", say("photo.take"), take);
  taking.disabled = true; // until there is something to be seen
  video.addEventListener("loadeddata", () => (taking.disabled = false));
  const row = h("div", { class: "row" }, taking, button("", say("action.cancel"), close));
  const dialog = h("dialog", { class: "camera", "aria-label": say("photo.camera") }, video, uncoverButton(), row);
  dialog.addEventListener("close", () => {
    stop(stream);
    dialog.remove();
  });
  signal.addEventListener("abort", close, { once: true });
  document.body.append(dialog);
  dialog.showModal();
}

const stop = (stream) => stream.getTracks().forEach((track) => track.stop());
const button = (kind, text, onclick) => h("button", { type: "button", class: kind, onclick }, text);
