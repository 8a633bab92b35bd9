package demo

// districtNames are the town's districts in the order in which it grows into them; each has its own villages.
var districtNames = []string{"Harborside", "Millbrook Valley", "Upper Tarn", "Foxglove Plain", "Old Quarry", "Lantern Hill", "Saltmarsh", "Cedar Reach"}

// villages belong to the district of the same index modulo the number of districts.
var villages = []string{
	"WESTERHAVEN", "MILLBROOK MILLS", "TARNSTEAD", "FOXGLOVE CENTER", "QUARRYMOUTH", "LANTERN HILL", "SALTMARSH LANDING", "CEDAR REACH",
	"GULL POINT", "LOWER MILLBROOK", "PINEFALLOW", "DUNMERE", "SLATEFORD", "EMBERLY", "REEDWICK", "OTTERBEND",
	"PORT ALDERLEY", "STONEBARROW", "NORTH TARNSTEAD", "WHEATLOW", "GRANITE FORKS", "CANDLEMERE", "EAST SALTMARSH", "BRACKENTON",
}

var streetNames = []string{
	"MAIN", "ALDERSHADE", "BELLWETHER", "BRAMBLE", "CANDLEWICK", "CHANDLER", "CLOVERFIELD", "COOPERAGE", "CROOKED ELM", "DAMSON",
	"DOVETAIL", "DRIFTWOOD", "FERRYMAN", "FIDDLEHEAD", "GANDER", "GINGERBREAD", "HAYWAIN", "HERON", "HOLLOW OAK", "INKWELL",
	"JUNIPER", "KESTREL", "KINGFISHER", "LARKSPUR", "LIMEKILN", "LOOKOUT", "MARIGOLD", "MEADOWSWEET", "MILLRACE", "MOONPENNY",
	"NETTLE", "NIGHTINGALE", "OLD TANNERY", "ORCHARD GATE", "PADDOCK", "PEBBLE", "PERIWINKLE", "QUAIL", "QUINCE", "RAMBLER",
	"ROPEWALK", "RUSHLIGHT", "SADDLER", "SANDPIPER", "SHINGLE", "SORREL", "SPINDLE", "SYCAMORE", "TEASEL", "THIMBLE",
	"TINDERBOX", "TOLLHOUSE", "UPPER FORGE", "VESPER", "WAGONER", "WATERCRESS", "WEATHERVANE", "WHISTLER", "WILLOWHERB", "YARROW",
}

var streetKinds = []string{"ST", "RD", "LN", "AVE", "DR", "CT", "WAY"}

// areaCodes stand before 555-0100 to 555-0199, the numbers kept free for stories.
var areaCodes = []string{"802", "203", "207", "212", "303", "312", "404", "413", "503", "508", "603", "617", "702", "713", "808", "907"}

// oddNames are those that software gets wrong: marks, other scripts, apostrophes, great length.
var oddNames = [][2]string{
	{"José", "Núñez"}, {"Siân", "O'Brien"}, {"Anne-Marie", "St. Laurent-Dubois"}, {"François", "L'Heureux"}, {"محمد", "الأحمد"},
	{"Łukasz", "Żółć"}, {"李", "小龍"}, {"Maximiliana-Alexandrina", "Wolfeschlegelsteinhausenbergerdorff von Hohenstein"},
}

var trades = []string{"& Sons, LLC", "Hardware", "Bakery", "Dental Care", "Boat Works", "Printing", "Laundry", "Farm Supply", "Café", "Auto Repair"}

var taskKinds = []string{
	"payment.submitted", "autopay.enrolled", "autopay.cancelled", "paperless.enrolled", "paperless.cancelled", "profile.contact_changed",
	"profile.mailing_address_changed", "login_email.changed", "payment_arrangement.requested", "service.stop_requested",
	"service.start_requested", "account.linked", "meter_read.submitted",
}

var taskStates = weighted{{"open", 2}, {"in_progress", 2}, {"complete", 5}, {"rejected", 1}, {"cancelled", 1}}

var activityKinds = weighted{
	{"signin.succeeded", 30}, {"signin.failed", 6}, {"bill.viewed", 20}, {"payment.submitted", 8}, {"password.reset_requested", 3},
	{"password.changed", 2}, {"preferences.changed", 4}, {"usage.viewed", 10}, {"usage.downloaded", 1}, {"profile.changed", 3},
	{"masquerade", 3}, {"registration.validated", 1},
}

var templates = []string{"bill_ready", "payment_received", "payment_due", "password_reset", "registration_validation", "autopay_enrolled", "account_locked"}

var deliveries = weighted{{"delivered", 90}, {"opened", 40}, {"bounced", 5}, {"deferred", 2}}
