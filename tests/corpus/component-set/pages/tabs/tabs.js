Page({ data: { active: 1, name: 'b', list: ['甲', '乙', '丙'] }, change(event) { this.setData({ active: event.detail.index }); }, more() { this.setData({ list: this.data.list.concat('丁') }); } });
