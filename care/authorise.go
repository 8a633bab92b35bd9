package care

import "errors"

// Authorise says whether the actor may send a command at all: permission, masquerade mode, entitlements, the web user's
// own right. It is asked before Check, at the desk for its buttons and at the portal for good.
func Authorise(r Reader, cmd Command) error {
	a := r.Actor()
	switch a.Origin {
	case OriginSystem:
		return nil
	case OriginDesk:
		if !a.Role.Allows(cmd.Permission()) {
			return Err(CodeNoPermission, "permission", string(cmd.Permission()))
		}
		return nil
	case OriginMasquerade:
		return authoriseMasquerade(r, cmd)
	case OriginPortal:
		self, ok := cmd.(SelfService)
		if !ok {
			return Err(CodeNoPermission, "permission", string(cmd.Permission()))
		}
		return mayChange(r, a.ID, self.AccountNumber())
	}
	return Err(CodeNoPermission, "permission", string(cmd.Permission()))
}

func authoriseMasquerade(r Reader, cmd Command) error {
	a := r.Actor()
	if _, ok := cmd.(*EndMasquerade); ok {
		return nil
	}
	if _, ok := cmd.(*StartMasquerade); ok {
		return Err(CodeMasqueradeNested)
	}
	if a.Mode != ModeFull && a.Mode != ModeAssist {
		return Err(CodeReadOnly)
	}
	if !a.Role.Allows(MayAct) {
		return Err(CodeNoPermission, "permission", string(MayAct))
	}
	if _, ok := cmd.(Assisting); !ok && a.Mode == ModeAssist {
		return Err(CodeReadOnly)
	}
	self, ok := cmd.(SelfService)
	if !ok {
		return Err(CodeNoPermission, "permission", string(cmd.Permission()))
	}
	policy, err := r.Policy()
	if err != nil {
		return err
	}
	for _, task := range self.Entitlements() {
		if !policy.Entitled(task) {
			return Err(CodeEntitlement, "task", task)
		}
	}
	return mayChange(r, a.OnBehalfOf, self.AccountNumber())
}

// mayChange says whether a web user's own link to an account allows changes.
func mayChange(r Reader, webUserID, account string) error {
	link, err := Find[WebUserAccount](r, webUserID, account)
	if errors.Is(err, ErrNotHere) {
		return nil
	}
	if CodeOf(err) == CodeNotFound {
		return Err(CodeNotLinked, "username", webUserID, "account", account)
	}
	if err != nil {
		return err
	}
	if link.Role == "viewer" {
		return Err(CodeNoPermission, "permission", string(MayChange))
	}
	return nil
}
