/** The phone's own dialogues, for whoever needs one. */
export { button, dress, element, openDialog, say } from "./dialog";
export { agrees, ask, choose, notice, type Question } from "./questions";
export { hideToast, type Icon, showToast } from "./toast";
