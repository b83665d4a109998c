Component({
  externalClasses: ["inner-class"],
  options: { multipleSlots: true },
});
