import { mount } from "svelte";

import Call from "./Call.svelte";

mount(Call, { target: document.getElementById("app")! });
