// Every form that rules have. 每种写法都有。
Define (s:顾客)-[p:忠诚度]->(o:Integer) {
    GraphStructure {
        (s)-[b:购买]->(g:`Goods`/`乐器`)<-[:makes]-(m:Maker|Workshop),
        OPTIONAL ring: (s)-[k:knows WHERE year>2010 per_node_limit 10]->{1,3}(t:顾客 where t.city == s.city)
        (s)-[visited]-(c:City)
        (m)-[e:nearby(m.place, c.centre, 10.5)]->(c)-->(d)<-(f)
        (c)-[:twin]->?(x)
    }
    Rule {
        R1("近三个月"): date_diff(from_unix_time(now(), 'yyyyMMdd'), b.day) < 90
        total("总额") = group(s, m.city).if(b.price > 0.5).sum(b.price)R2: total / 2 % 3 >= .5 and not (b.gift is true)
        n = group(s).countIf(g.name like '%琴%', g)
        R3('path'): k.edges()
            .constraint((pre, cur) => cur.day > pre.day && cur.city != null)
        far = k.edges().reduce((x, y) => y.km * x, 1.0) + k.nodes().tail(-1).km - 0x1F
        steps = k.edges().accumulate(+)
        R4: exists(x) || (not exists(x)) and s.city in ['罗马', "Paris"] xor $strict
        R5: s.note is null or s.note is not null and !s.blocked and s.name rlike '^A.*(b|c)$'
        R6: (total > 3) == true and `a b`.`c/d` <> -4
        R7: group(s).desc(total).limit(1)
        p.`最后` = top(b.day, 2)
        o = rule_value(R1, total, 0)
    }
}
Description: "忠诚的顾客"

Define (s: `Event`/`涨价`)-[p: leadTo]->(o: `Event`/`停产`) {
    Structure { (s)-[:subject]->(c:Shop.Company) }
    Constraint { name = concat(c.name, "停产") }
    Action {
        e = createNodeInstance(
            type=Shop.Event,
            value={
                subject=c.id
                name=name
                kind=`大/小`
            }
        )
        createEdgeInstance(src=s, dst=e, type=leadTo, value={ weight = 1 since='2020' })
    }
}

Define (疾病/`高血压`) {
    收缩压 >= 140 or 舒张压 >= 90
    R2("曾经"): 病史/`高血压` and hits(病史/`高血压`, 病史/`中风`) >= 2
    Action { 等级 = 2 说明 = "高" }
}
Description: "来自指南"

Define ()-[:用药]->(:药品/`A` + 药品/`B`) {
    R1: 疾病/`高血压` => (a)-[:shows]->(b:体征/`头痛`) and a.level > 3
}

DefinePriority(危险分层) { 高危=80 中危=50 低危=-10.5 }

GraphStructure {
    A [Film, __start__='true']
    B, C [Star, Guest]
    A->B [acts, plays] repeat(1,10) as e
    B <-> C [knows, __optional__='true', PRE_NODE_LIMIT=3] as f
    D <- C
}
Rule {
    R1: A.id<B.id   /* symmetric */
    avg = group(A).avg(e.pay)
}
Action {
    get(A.id, B.name as 名字 COMMENT '主演', "all" as kind).as(view0(a_id, star, kind))
}

MATCH (u:`Risk`/`老板`)-[:owns]->(app), (app)<-[r]-(v)
WHERE u.id > v.id and r.since == "2020"
RETURN DISTINCT u.name, v.id AS vid, count(app) LIMIT 20
