const { api } = require("../../api");

/** An address that nobody has, so that a mock file can answer in its place: see mock.json. */
const SERVER = "https://api.example";

/** The functions that give a task answer to callbacks alone. */
const answer = (name, options, watch = () => {}) =>
  new Promise((success, fail) => watch(tt[name]({ ...options, success, fail })));

Page(
  api(
    {
      request: () => answer("request", { url: `${SERVER}/hello`, data: { name: "Ada" } }),
      "request POST": () => answer("request", { url: `${SERVER}/echo`, method: "POST", data: { name: "Ada" } }),
      "request, aborted": () => answer("request", { url: `${SERVER}/slow` }, (task) => task.abort()),
      downloadFile() {
        const progress = (task) => task.onProgressUpdate(({ progress }) => this.say("progress", progress));
        return answer("downloadFile", { url: `${SERVER}/hello` }, progress);
      },
      async uploadFile() {
        const filePath = `${tt.env.USER_DATA_PATH}/note.txt`;
        tt.getFileSystemManager().writeFileSync(filePath, "a note", "utf8");
        return answer("uploadFile", { url: `${SERVER}/echo`, filePath, name: "note" });
      },
      connectSocket() {
        const task = tt.connectSocket({ url: "wss://socket.example" });
        for (const event of ["onOpen", "onMessage", "onError", "onClose"]) task[event]((value) => this.say(event, value));
      },
      getNetworkType: () => tt.getNetworkType(),
      getConnectedWifi: () => tt.getConnectedWifi(),
    },
    {
      onLoad() {
        this.changed = (status) => this.say("onNetworkStatusChange", status);
        tt.onNetworkStatusChange(this.changed);
      },
      onUnload() {
        tt.offNetworkStatusChange(this.changed);
      },
    },
  ),
);
