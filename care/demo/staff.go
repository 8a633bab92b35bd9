package demo

const csrCount, supervisorCount = 12, 3

// writeStaff: CSR001 serves all districts, every fourth CSR only two; one has left.
func (t *town) writeStaff() {
	for n := 1; n <= csrCount; n++ {
		csr, districts := id("CSR", 3, n), "all"
		if n%4 == 0 {
			districts = "D01;D02"
		}
		t.csrs = append(t.csrs, csr)
		t.out.put("staff", csr, t.staffName(), "csr", id("T", 1, n%supervisorCount+1), districts, bit(n != csrCount-1))
	}
	for n := 1; n <= supervisorCount; n++ {
		t.out.put("staff", id("SUP", 2, n), t.staffName(), "supervisor", id("T", 1, n), "all", "1")
	}
	t.out.put("staff", "ADM01", t.staffName(), "admin", "", "all", "1")
	t.guide.CSR, t.guide.Supervisor, t.guide.Admin = t.csrs[0], "SUP01", "ADM01"
}

func (t *town) staffName() string { return t.names.FirstName() + " " + t.names.LastName() }
