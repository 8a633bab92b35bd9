package demo

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// heads are the files of an export and their columns.
var heads = map[string]string{
	"districts":         "district_id,name",
	"premises":          "premise_id,district_id,address1,unit,city,state,postal,latitude,longitude,kind,vacant",
	"persons":           "person_id,kind,first_name,last_name,business_name,email,phone,language,born,id_type,id_value,prospect",
	"staff":             "csr_id,name,role,team,districts,active",
	"accounts":          "account_number,main_person_id,premise_id,district_id,customer_class,status,opened_on,closed_on,billing_address,autopay,paperless,nickname,balance_cents,flags",
	"account_persons":   "account_number,person_id,relationship,financially_responsible,ended_on",
	"web_users":         "web_user_id,username,email,person_id,enrolment,locks,hidden,failed_attempts,created_at,last_customer_logon,last_csr_logon",
	"web_user_accounts": "web_user_id,account_number,role,relationship,financially_responsible,default_profile",
	"bills":             "bill_id,account_number,issued_on,due_on,period_start,period_end,total_cents,quantity,unit,estimated",
	"bill_segments":     "bill_id,line,service,description,quantity,unit,amount_cents",
	"payments":          "payment_id,account_number,status,amount_cents,method,created_at,effective_on",
	"adjustments":       "adjustment_id,account_number,on,kind,amount_cents,description",
	"usage":             "account_number,service,from,to,quantity,unit,quality,hdd,cdd",
	"tasks":             "task_id,kind,status,account_number,web_user_id,created_at,created_by,csr_id,web_user_name,email,ip,session_id",
	"activities":        "activity_id,account_number,web_user_id,at,kind,actor,session_id,detail",
	"notifications":     "notification_id,account_number,web_user_id,template,address,sent_at,status",
}

// export is the open files. A row goes out as it is made, so a town of any size needs little memory; a write that
// fails is remembered by the writer and told by close.
type export struct {
	files   map[string]*os.File
	writers map[string]*csv.Writer
	counts  map[string]int
}

func newExport(dir string) (*export, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("making the folder of the demo town: %w", err)
	}
	e := &export{files: map[string]*os.File{}, writers: map[string]*csv.Writer{}, counts: map[string]int{}}
	for name, head := range heads {
		f, err := os.Create(filepath.Join(dir, name+".csv"))
		if err != nil {
			return nil, errors.Join(fmt.Errorf("making a file of the demo town: %w", err), e.close())
		}
		e.files[name], e.writers[name] = f, csv.NewWriter(f)
		e.put(name, strings.Split(head, ",")...)
		e.counts[name+".csv"] = 0
	}
	return e, nil
}

// put writes one row; its error, if any, stays with the writer until close.
func (e *export) put(name string, fields ...string) {
	_ = e.writers[name].Write(fields)
	e.counts[name+".csv"]++
}

func (e *export) close() error {
	var all error
	for name, f := range e.files {
		e.writers[name].Flush()
		all = errors.Join(all, e.writers[name].Error(), f.Close())
	}
	return all
}

// The forms in which values stand in the files; a time that is not known is an empty field.

func bit(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}

func number(n int) string { return strconv.Itoa(n) }

func id(prefix string, digits, n int) string { return fmt.Sprintf("%s%0*d", prefix, digits, n) }
