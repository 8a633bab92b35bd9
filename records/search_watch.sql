-- Watches what search documents are made of: a change only notes which ones are stale. Dropped while everything is loaded.

CREATE TRIGGER IF NOT EXISTS search_accounts_insert AFTER INSERT ON accounts BEGIN
  INSERT INTO search_dirty (doc) VALUES ('a:' || new.account_number) ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
  INSERT INTO search_dirty (doc) SELECT 'p:' || person_id FROM account_persons WHERE account_number = new.account_number AND ended_on <> '' ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
END;

CREATE TRIGGER IF NOT EXISTS search_accounts_delete AFTER DELETE ON accounts BEGIN
  INSERT INTO search_dirty (doc) VALUES ('a:' || old.account_number) ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
  INSERT INTO search_dirty (doc) SELECT 'p:' || person_id FROM account_persons WHERE account_number = old.account_number AND ended_on <> '' ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
END;

CREATE TRIGGER IF NOT EXISTS search_accounts_update AFTER UPDATE ON accounts WHEN 
  new.main_person_id IS NOT old.main_person_id
  OR new.premise_id IS NOT old.premise_id
  OR new.district_id IS NOT old.district_id
  OR new.billing_address IS NOT old.billing_address
  OR new.nickname IS NOT old.nickname BEGIN
  INSERT INTO search_dirty (doc) VALUES ('a:' || new.account_number) ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
  INSERT INTO search_dirty (doc) SELECT 'p:' || person_id FROM account_persons WHERE account_number = new.account_number AND ended_on <> '' ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
END;

CREATE TRIGGER IF NOT EXISTS search_premises_insert AFTER INSERT ON premises BEGIN
  INSERT INTO search_dirty (doc) VALUES ('v:' || new.premise_id) ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
  INSERT INTO search_dirty (doc) SELECT 'a:' || account_number FROM accounts WHERE premise_id = new.premise_id ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
END;

CREATE TRIGGER IF NOT EXISTS search_premises_delete AFTER DELETE ON premises BEGIN
  INSERT INTO search_dirty (doc) VALUES ('v:' || old.premise_id) ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
  INSERT INTO search_dirty (doc) SELECT 'a:' || account_number FROM accounts WHERE premise_id = old.premise_id ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
END;

CREATE TRIGGER IF NOT EXISTS search_premises_update AFTER UPDATE ON premises WHEN 
  new.district_id IS NOT old.district_id
  OR new.address1 IS NOT old.address1
  OR new.unit IS NOT old.unit
  OR new.city IS NOT old.city
  OR new.state IS NOT old.state
  OR new.postal IS NOT old.postal
  OR new.vacant IS NOT old.vacant BEGIN
  INSERT INTO search_dirty (doc) VALUES ('v:' || new.premise_id) ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
  INSERT INTO search_dirty (doc) SELECT 'a:' || account_number FROM accounts WHERE premise_id = new.premise_id ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
END;

CREATE TRIGGER IF NOT EXISTS search_persons_insert AFTER INSERT ON persons BEGIN
  INSERT INTO search_dirty (doc) VALUES ('p:' || new.person_id) ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
  INSERT INTO search_dirty (doc) SELECT 'a:' || account_number FROM account_persons WHERE person_id = new.person_id ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
  INSERT INTO search_dirty (doc) SELECT 'a:' || account_number FROM accounts WHERE main_person_id = new.person_id ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
END;

CREATE TRIGGER IF NOT EXISTS search_persons_delete AFTER DELETE ON persons BEGIN
  INSERT INTO search_dirty (doc) VALUES ('p:' || old.person_id) ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
  INSERT INTO search_dirty (doc) SELECT 'a:' || account_number FROM account_persons WHERE person_id = old.person_id ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
  INSERT INTO search_dirty (doc) SELECT 'a:' || account_number FROM accounts WHERE main_person_id = old.person_id ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
END;

CREATE TRIGGER IF NOT EXISTS search_persons_update AFTER UPDATE ON persons WHEN 
  new.first_name IS NOT old.first_name
  OR new.last_name IS NOT old.last_name
  OR new.business_name IS NOT old.business_name
  OR new.email IS NOT old.email
  OR new.phone IS NOT old.phone
  OR new.id_last4 IS NOT old.id_last4
  OR new.prospect IS NOT old.prospect BEGIN
  INSERT INTO search_dirty (doc) VALUES ('p:' || new.person_id) ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
  INSERT INTO search_dirty (doc) SELECT 'a:' || account_number FROM account_persons WHERE person_id = new.person_id ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
  INSERT INTO search_dirty (doc) SELECT 'a:' || account_number FROM accounts WHERE main_person_id = new.person_id ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
END;

CREATE TRIGGER IF NOT EXISTS search_account_persons_insert AFTER INSERT ON account_persons BEGIN
  INSERT INTO search_dirty (doc) VALUES ('a:' || new.account_number), ('p:' || new.person_id) ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
END;

CREATE TRIGGER IF NOT EXISTS search_account_persons_delete AFTER DELETE ON account_persons BEGIN
  INSERT INTO search_dirty (doc) VALUES ('a:' || old.account_number), ('p:' || old.person_id) ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
END;

CREATE TRIGGER IF NOT EXISTS search_account_persons_update AFTER UPDATE ON account_persons WHEN 
  new.ended_on IS NOT old.ended_on BEGIN
  INSERT INTO search_dirty (doc) VALUES ('a:' || new.account_number), ('p:' || new.person_id) ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
END;

CREATE TRIGGER IF NOT EXISTS search_web_users_insert AFTER INSERT ON web_users BEGIN
  INSERT INTO search_dirty (doc) SELECT 'a:' || account_number FROM web_user_accounts WHERE web_user_id = new.web_user_id ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
END;

CREATE TRIGGER IF NOT EXISTS search_web_users_delete AFTER DELETE ON web_users BEGIN
  INSERT INTO search_dirty (doc) SELECT 'a:' || account_number FROM web_user_accounts WHERE web_user_id = old.web_user_id ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
END;

CREATE TRIGGER IF NOT EXISTS search_web_users_update AFTER UPDATE ON web_users WHEN 
  new.username IS NOT old.username
  OR new.email IS NOT old.email
  OR new.enrolment IS NOT old.enrolment
  OR new.hidden IS NOT old.hidden BEGIN
  INSERT INTO search_dirty (doc) SELECT 'a:' || account_number FROM web_user_accounts WHERE web_user_id = new.web_user_id ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
END;

CREATE TRIGGER IF NOT EXISTS search_web_user_locks_insert AFTER INSERT ON web_user_locks BEGIN
  INSERT INTO search_dirty (doc) SELECT 'a:' || account_number FROM web_user_accounts WHERE web_user_id = new.web_user_id ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
END;

CREATE TRIGGER IF NOT EXISTS search_web_user_locks_delete AFTER DELETE ON web_user_locks BEGIN
  INSERT INTO search_dirty (doc) SELECT 'a:' || account_number FROM web_user_accounts WHERE web_user_id = old.web_user_id ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
END;

CREATE TRIGGER IF NOT EXISTS search_web_user_accounts_insert AFTER INSERT ON web_user_accounts BEGIN
  INSERT INTO search_dirty (doc) VALUES ('a:' || new.account_number) ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
END;

CREATE TRIGGER IF NOT EXISTS search_web_user_accounts_delete AFTER DELETE ON web_user_accounts BEGIN
  INSERT INTO search_dirty (doc) VALUES ('a:' || old.account_number) ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
END;

CREATE TRIGGER IF NOT EXISTS search_web_user_accounts_update AFTER UPDATE ON web_user_accounts WHEN 
  new.default_profile IS NOT old.default_profile BEGIN
  INSERT INTO search_dirty (doc) VALUES ('a:' || new.account_number) ON CONFLICT (doc) DO UPDATE SET at = excluded.at;
END;
