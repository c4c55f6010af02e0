MATCH (s:Firm)-[p:keyCustomer]->(o:Firm)
RETURN s.name as seller, o.name as buyer
