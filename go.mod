module syncproof

go 1.26
