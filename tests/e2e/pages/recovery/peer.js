// What the pages of libraries without rooms and states have in common: they show one stream, and
// tell what came of the way to the server and of the path of the media.

/** Loads a library that is for a <script>. */
export function script(src) {
  const element = Object.assign(document.createElement("script"), { src });
  return new Promise((onload, onerror) => {
    Object.assign(element, { onload, onerror: () => onerror(new Error(`no ${src}`)) });
    document.head.append(element);
  });
}

/** Camera and microphone, as the READMEs have it. */
export const capture = () => navigator.mediaDevices.getUserMedia({ video: true, audio: true });

/** The page of `user` in a call with `other`. */
export function pageOf({ user, other }, page) {
  const video = Object.assign(document.createElement("video"), { autoplay: true, playsInline: true });
  video.style.cssText = "display: block; width: 320px; height: 180px";
  document.body.append(video);
  page.watch(video);
  const up = { server: false, path: false };
  let connection;

  return {
    /** The way to the server or the path of the media is there, or is not. */
    tell(plane, isUp) {
      up[plane] = isUp;
      const now = up.server && up.path ? "connected" : "reconnecting";
      if (now === connection) return;
      connection = now;
      page.state({ connection });
    },

    /** A state of ICE: `disconnected` is the first that a library could tell of a lost path. */
    iceState(state) {
      if (state === "connected" || state === "completed") this.tell("path", true);
      if (state === "disconnected" || state === "failed") this.tell("path", false);
    },

    /** The other one's stream has come. */
    show(stream) {
      video.srcObject = stream;
      page.members([user, other].sort());
    },

    /** The call is over. */
    over() {
      this.tell("path", false);
      page.members([user]);
    },
  };
}
