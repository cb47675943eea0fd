package playedpanel_test

import "runtime"

// hangsHere says that connections can be made to hang on this system.
const hangsHere = runtime.GOOS == "linux"
