package care

// RemindOfUsername puts a message in line that tells a web user their user name, at the address on record. Who is locked or
// deactivated gets none, as with a reset link.
func RemindOfUsername(tx Tx, user WebUser) error {
	user, err := signable(tx, user.ID)
	if err != nil {
		return err
	}
	return Post(tx, user, Message{Template: TemplateUsername})
}
