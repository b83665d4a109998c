Page({ onLoad(query) { this.setData({ query: JSON.stringify(query), route: this.route }); } });
