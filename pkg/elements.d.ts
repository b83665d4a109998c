// @ts-nocheck: of these, a project has one or none, and the others are not there to be extended.
/** `<rtc-room>` in the templates of React, Preact, Vue and Svelte, each where the project has it. */
import type { CameraPosition, HTMLRtcRoomElement, RtcRoomErrorDetail, RtcRoomMode } from "./index.js";

/** The attributes of `<rtc-room>`. */
export interface RtcRoomAttributes {
  /** Whose picture. */
  "user-id"?: string | undefined;
  /** Which picture: `camera`, the default, is one's own, `video` and `screen` are another's. */
  mode?: RtcRoomMode | undefined;
  /** Accepted without effect; `switchCamera` chooses the camera. */
  "device-position"?: CameraPosition | undefined;
}

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "rtc-room": DetailedHTMLProps<HTMLAttributes<HTMLRtcRoomElement>, HTMLRtcRoomElement> &
        RtcRoomAttributes;
    }
  }
}
declare module "preact" {
  namespace JSX {
    interface IntrinsicElements {
      "rtc-room": import("preact").HTMLAttributes<HTMLRtcRoomElement> & RtcRoomAttributes;
    }
  }
}
declare module "vue" {
  interface GlobalComponents {
    "rtc-room": new () => {
      $props: RtcRoomAttributes &
        Omit<HTMLAttributes, "onError"> & {
          userId?: string;
          devicePosition?: CameraPosition;
          onError?: (event: CustomEvent<RtcRoomErrorDetail>) => void;
        };
    };
  }
}
declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "rtc-room": HTMLAttributes<HTMLRtcRoomElement> & RtcRoomAttributes;
  }
}
