package php

func reservePort() (port int, release func(), err error) { return 0, nil, errNoPort }
