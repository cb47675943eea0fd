package process

// Settle is how long pipes are read on after the end.
const Settle = settle
