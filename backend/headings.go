package backend

import "slices"

// headings are what a table's columns are called in the window's languages.
var headings = map[string]struct{ en, es string }{
	"bill_id":              {"Bill ID", "ID de la factura"},
	"account_number":       {"Account", "Cuenta"},
	"issued_on":            {"Issued", "Emitida"},
	"due_on":               {"Due", "Vencimiento"},
	"period_start":         {"Period begins", "Inicio del periodo"},
	"period_end":           {"Period ends", "Fin del periodo"},
	"quantity":             {"Quantity", "Cantidad"},
	"unit":                 {"Unit", "Unidad"},
	"estimated":            {"Estimated", "Estimado"},
	"total":                {"Total", "Total"},
	"payment_id":           {"Payment ID", "ID del pago"},
	"status":               {"Status", "Estado"},
	"amount":               {"Amount", "Importe"},
	"method":               {"Method", "Forma de pago"},
	"created_at":           {"Made", "Hecho"},
	"effective_on":         {"Takes effect", "Surte efecto"},
	"adjustment_id":        {"Adjustment ID", "ID del ajuste"},
	"on":                   {"Date", "Fecha"},
	"kind":                 {"Kind", "Tipo"},
	"description":          {"Description", "Descripción"},
	"service":              {"Service", "Servicio"},
	"from":                 {"From", "Desde"},
	"to":                   {"To", "Hasta"},
	"days":                 {"Days", "Días"},
	"per_day":              {"Per day", "Por día"},
	"quality":              {"Quality", "Calidad"},
	"hdd":                  {"Heating degree days", "Grados día de calefacción"},
	"cdd":                  {"Cooling degree days", "Grados día de refrigeración"},
	"flags":                {"Marks", "Marcas"},
	"meter":                {"Meter", "Medidor"},
	"from_grid":            {"From the grid", "De la red"},
	"starts_at":            {"Begins", "Comienza"},
	"seconds":              {"Seconds", "Segundos"},
	"task_id":              {"Task ID", "ID de la tarea"},
	"created_by":           {"Made by", "Hecho por"},
	"web_user_id":          {"Web User ID", "ID de usuario web"},
	"email":                {"Email address", "Correo electrónico"},
	"ip":                   {"IP address", "Dirección IP"},
	"self_service_user_id": {"Self-Service User ID", "ID de usuario de autoservicio"},
	"session_id":           {"Session", "Sesión"},
	"activity_id":          {"Activity ID", "ID de la actividad"},
	"at":                   {"When", "Cuándo"},
	"actor":                {"Who", "Quién"},
	"actor_kind":           {"Who (kind)", "Quién (tipo)"},
	"detail":               {"Detail", "Detalle"},
	"section":              {"Found in", "Encontrado en"},
	"name":                 {"Name", "Nombre"},
	"service_address":      {"Service address", "Dirección de servicio"},
	"district_id":          {"District", "Distrito"},
	"portal_status":        {"Portal status", "Estado en el portal"},
	"locked":               {"Locked", "Bloqueado"},
	"person_id":            {"Person ID", "ID de la persona"},
	"file":                 {"File", "Archivo"},
	"line":                 {"Line", "Línea"},
	"field":                {"Field", "Campo"},
	"problem":              {"What is wrong with it", "Qué tiene de malo"},
}

// headed gives the columns' headings in a language. Without one they keep their names, for whoever reads the file by program.
func headed(columns []string, language string) []string {
	named := slices.Clone(columns)
	for i, c := range columns {
		switch h := headings[c]; language {
		case "en":
			named[i] = h.en
		case "es":
			named[i] = h.es
		}
	}
	return named
}
