MATCH (e:`Paper.FirmNewsKind`/`利润下降`)-[:about]->(f:Firm)
RETURN f.name as firm, e.name as news
