/**
 * `form`: what is in the controls below it, under their names. A button with `form-type` submits or
 * resets the form it stands in; custom components take part with the behavior `tt://form-field`.
 */
import type { ComponentSpace, GeneralBehavior, GeneralComponent } from "glass-easel";
import { builtIn, builtInOf } from "./support/builtin";

const defaults = { conversionTarget: 0, clueComponentId: "", reportSubmitTimeout: 0 };

/** The behavior that makes a custom component a form control. */
let formField: GeneralBehavior | undefined;

/** Defines the behavior, by the address under which pages know it. */
export function defineFormField(space: ComponentSpace): Record<string, GeneralBehavior> {
  const is = "tt://form-field";
  formField = space.defineBehavior({
    is,
    properties: { name: String, value: null },
  }) as unknown as GeneralBehavior;
  return { [is]: formField };
}

interface Field {
  name: string;
  value(): unknown;
  reset(): void;
}

export const form = builtIn("form", defaults, (self) => {
  const { host } = self;

  function fields(): Field[] {
    return [...host.querySelectorAll("*")]
      .filter((element) => element.parentElement?.closest("tt-form") === host)
      .flatMap((element) => builtInField(element) ?? customField(element) ?? []);
  }

  return {
    form: {
      submit(button) {
        const value: Record<string, unknown> = {};
        for (const field of fields()) if (field.name) value[field.name] = field.value();
        const { id, dataset } = button;
        self.emit("submit", { value, target: { id, dataset } });
      },
      reset() {
        for (const field of fields()) field.reset();
        self.emit("reset");
      },
    },
  };
});

function builtInField(element: Element): Field | undefined {
  const found = builtInOf(element);
  return found?.body.field && { name: String(found.self.props.name ?? ""), ...found.body.field };
}

/** A custom component that a page made a form control of. */
function customField(element: Element): Field | undefined {
  const component = (
    element as { __wxElement?: { asGeneralComponent?(): GeneralComponent | null } }
  ).__wxElement?.asGeneralComponent?.();
  if (!component || !formField || !component.hasBehavior(formField)) return undefined;
  const data = component.data as { name?: unknown; value?: unknown };
  // Its initial value is not known to us: a reset is told to the page, which knows it.
  return { name: String(data.name ?? ""), value: () => data.value, reset: () => {} };
}
