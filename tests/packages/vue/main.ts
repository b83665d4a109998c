import { createApp } from "vue";

import Call from "./Call.vue";

createApp(Call).mount("#app");
