<?php

// WHMCS has loaded its functions before it calls a module.
