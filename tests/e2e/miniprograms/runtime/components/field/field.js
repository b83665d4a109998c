Component({ behaviors: ["tt://form-field"], attached() { this.setData({ value: "of the field" }); } });
