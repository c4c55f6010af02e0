//! What the host is told.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_trace_has_times_and_text_only_when_asked() {
    let answer = || Answer::text("机密").after(Duration::from_millis(250));
    let log = Arc::new(CallLog::default());
    let sink = || Arc::clone(&log) as Arc<_>;
    let quiet = Trace::new(Scripted::new().on("ask", [answer()]), sink());
    let open = Trace::new(Scripted::new().on("ask", [answer()]), sink()).with_text(TraceText::Keep);
    quiet.complete(&request("秘密?")).await.unwrap();
    gather(&open, &request("秘密?")).await.1.unwrap();
    let calls = log.calls();
    assert_eq!(calls[0].time, Duration::from_millis(250));
    assert_eq!(calls[0].request, calls[1].request);
    assert_eq!(calls[0].text, None);
    assert!(!serde_json::to_string(&calls[0]).unwrap().contains('密'));
    assert_eq!(calls[1].text.as_ref().unwrap().reply, "机密");
}

#[tokio::test(start_paused = true)]
async fn a_meter_counts_by_prompt_and_prints_a_table() {
    let reply = Reply::new("x").with_usage(usage(10, 2));
    let inner = Scripted::new()
        .on("ask", [Answer::reply(reply.clone()).after(Duration::from_millis(1500))])
        .on("抽取", [Answer::error(ErrorKind::Unavailable), reply.into()]);
    let meter = Meter::new();
    let model = Metered::new(inner, meter.clone());
    model.complete(&request("a")).await.unwrap();
    model.complete(&request("b")).await.unwrap();
    let other = Request::new(PromptId::new("抽取", "1"), vec![Message::user("x")]);
    model.complete(&other).await.unwrap_err();
    gather(&model, &other).await.1.unwrap();
    expect_test::expect![[r#"
        prompt     calls    failed     input    output   seconds
        ask            2         0        20         4      3.00
        抽取             2         1        10         2      0.00
        total          4         1        30         6      3.00"#]]
    .assert_eq(&meter.report().to_string());
}
