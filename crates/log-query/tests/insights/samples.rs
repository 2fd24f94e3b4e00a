//! The sample queries of the service's documentation
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-examples.html>), over events of their kind.

use crate::cases::check;

const APPLICATION: &[&str] = &[
    "starting",
    "java.lang.IllegalStateException: not open",
    "Exception in thread main",
    "done",
];

#[test]
fn the_most_recent_events() {
    check(
        "fields @timestamp, @message | sort @timestamp desc | limit 25",
        APPLICATION,
        &[
            "@timestamp=2026-01-01 12:00:03.000 | @message=done",
            "@timestamp=2026-01-01 12:00:02.000 | @message=Exception in thread main",
            "@timestamp=2026-01-01 12:00:01.000 | @message=java.lang.IllegalStateException: not open",
            "@timestamp=2026-01-01 12:00:00.000 | @message=starting",
        ],
    );
}

#[test]
fn exceptions_an_hour() {
    check(
        "filter @message like /Exception/\n    | stats count(*) as exceptionCount by bin(1h)\n    | sort exceptionCount desc",
        APPLICATION,
        &["bin(1h)=2026-01-01 12:00:00.000 | exceptionCount=2"],
    );
}

#[test]
fn events_that_are_no_exceptions() {
    check(
        "fields @message | filter @message not like /Exception/",
        APPLICATION,
        &["@message=done", "@message=starting"],
    );
}

#[test]
fn the_most_recent_event_of_each_server() {
    check(
        "fields @timestamp, server, severity, message\n| sort @timestamp desc\n| dedup server",
        &[
            r#"{"server":"a","severity":"INFO","message":"old"}"#,
            r#"{"server":"b","severity":"INFO","message":"only"}"#,
            r#"{"server":"a","severity":"WARN","message":"new"}"#,
            "no server",
            "no server either",
        ],
        &[
            "@timestamp=2026-01-01 12:00:04.000",
            "@timestamp=2026-01-01 12:00:03.000",
            "@timestamp=2026-01-01 12:00:02.000 | server=a | severity=WARN | message=new",
            "@timestamp=2026-01-01 12:00:01.000 | server=b | severity=INFO | message=only",
        ],
    );
}

#[test]
fn events_by_the_length_of_their_messages() {
    check(
        "FIELDS strlen(@message) AS message_length\n| STATS sum(message_length)/1024/1024 as logs_mb BY bin(5m)\n| STATS max(logs_mb) AS peak_ingest_mb,\n        min(logs_mb) AS min_ingest_mb,\n        avg(logs_mb) AS avg_ingest_mb",
        &[&"x".repeat(1 << 20), &"x".repeat(1 << 19)],
        &["peak_ingest_mb=1.5 | min_ingest_mb=1.5 | avg_ingest_mb=1.5"],
    );
}

const LAMBDA: &[&str] = &[
    "START RequestId: 8f507cfc-1111 Version: $LATEST",
    "REPORT RequestId: 8f507cfc-1111\tDuration: 102.25 ms\tBilled Duration: 103 ms\tMemory Size: 128 MB\tMax Memory Used: 58 MB\tInit Duration: 12.5 ms\t\nXRAY TraceId: 1-5e1b4151-5ac6c58f1234567812345678\tSegmentId: 4a6b0f5b1c2d3e4f\tSampled: true\t",
    "REPORT RequestId: 8f507cfc-2222\tDuration: 7.75 ms\tBilled Duration: 8 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB\t",
    "END RequestId: 8f507cfc-2222",
];

#[test]
fn memory_that_lambda_functions_do_not_use() {
    check(
        r#"filter @type = "REPORT"
        | stats max(@memorySize / 1000 / 1000) as provisonedMemoryMB,
            min(@maxMemoryUsed / 1000 / 1000) as smallestMemoryRequestMB,
            avg(@maxMemoryUsed / 1000 / 1000) as avgMemoryUsedMB,
            max(@maxMemoryUsed / 1000 / 1000) as maxMemoryUsedMB,
            provisonedMemoryMB - maxMemoryUsedMB as overProvisionedMB"#,
        LAMBDA,
        &[
            "provisonedMemoryMB=128 | smallestMemoryRequestMB=58 | avgMemoryUsedMB=59 | maxMemoryUsedMB=60 | overProvisionedMB=68",
        ],
    );
}

#[test]
fn the_latency_of_lambda_functions() {
    check(
        r#"filter @type = "REPORT" |
    stats avg(@duration), max(@duration), min(@duration) by bin(5m)"#,
        LAMBDA,
        &[
            "bin(5m)=2026-01-01 12:00:00.000 | avg(@duration)=55 | max(@duration)=102.25 | min(@duration)=7.75",
        ],
    );
}

#[test]
fn slow_lambda_invocations_without_retries() {
    check(
        r#"fields @timestamp, @requestId, @message, @logStream
        | filter @type = "REPORT" and @duration > 1000
        | sort @timestamp desc
        | dedup @requestId
        | limit 20"#,
        &[
            "REPORT RequestId: one\tDuration: 1500.00 ms\t",
            "REPORT RequestId: one\tDuration: 1600.00 ms\t",
            "REPORT RequestId: two\tDuration: 16.00 ms\t",
        ],
        &[
            "@timestamp=2026-01-01 12:00:01.000 | @requestId=one | @message=REPORT RequestId: one\tDuration: 1600.00 ms\t | @logStream=one",
        ],
    );
}

#[test]
fn what_lambda_says_of_traces() {
    check(
        r#"filter ispresent(@xrayTraceId) | fields @xrayTraceId, @xraySegmentId, @initDuration, @billedDuration"#,
        LAMBDA,
        &[
            "@xrayTraceId=1-5e1b4151-5ac6c58f1234567812345678 | @xraySegmentId=4a6b0f5b1c2d3e4f | @initDuration=12.5 | @billedDuration=103",
        ],
    );
}

const FLOWS: &[&str] = &[
    "2 123456789010 eni-1235b8ca123456789 192.0.2.1 198.51.100.7 49761 443 6 20 4249 1418530010 1418530070 ACCEPT OK",
    "2 123456789010 eni-1235b8ca123456789 192.0.2.1 198.51.100.7 49762 443 6 5 100 1418530010 1418530070 ACCEPT OK",
    "2 123456789010 eni-1235b8ca123456789 203.0.113.9 198.51.100.8 53 53 17 1 72 1418530010 1418530070 REJECT OK",
    "2 123456789010 eni-1235b8ca123456789 - - - - - - - 1418530010 1418530070 - SKIPDATA",
];

#[test]
fn packets_between_hosts() {
    check(
        "stats sum(packets) as packetsTransferred by srcAddr, dstAddr\n    | sort packetsTransferred  desc\n    | limit 15",
        FLOWS,
        &[
            "srcAddr=192.0.2.1 | dstAddr=198.51.100.7 | packetsTransferred=25",
            "srcAddr=203.0.113.9 | dstAddr=198.51.100.8 | packetsTransferred=1",
        ],
    );
}

#[test]
fn bytes_of_a_subnet() {
    check(
        r#"filter isIpv4InSubnet(srcAddr, "192.0.2.0/24")
    | stats sum(bytes) as bytesTransferred by dstAddr
    | sort bytesTransferred desc
    | limit 15"#,
        FLOWS,
        &["dstAddr=198.51.100.7 | bytesTransferred=4349"],
    );
}

#[test]
fn hosts_that_use_udp() {
    check(
        "filter protocol=17 | stats count(*) by srcAddr",
        FLOWS,
        &["srcAddr=203.0.113.9 | count(*)=1"],
    );
}

#[test]
fn skipped_records_by_the_hour() {
    check(
        r#"filter logStatus="SKIPDATA"
    | stats count(*) by bin(1h) as t
    | sort t"#,
        FLOWS,
        &["t=2026-01-01 12:00:00.000 | count(*)=1"],
    );
}

#[test]
fn the_interface_of_each_flow() {
    check(
        "parse @message /(?<NetworkInterface>eni-.*?) / | display NetworkInterface, action",
        &FLOWS[..1],
        &["NetworkInterface=eni-1235b8ca123456789 | action=ACCEPT"],
    );
}

const DNS: &[&str] = &[
    "1.0 2017-12-13T08:16:02.130Z Z123412341234 example.com A NOERROR UDP FRA6 192.168.1.1 -",
    "1.0 2017-12-13T08:15:50.235Z Z123412341234 example.com AAAA NOERROR TCP IAD12 192.168.3.1 192.168.222.0/24",
    "1.0 2017-12-13T08:16:03.983Z Z123412341234 example.com ANY NOERROR UDP FRA6 2001:db8::1234 2001:db8:abcd::/48",
    "1.0 2017-12-13T08:15:50.342Z Z123412341234 bad.example.com A SERVFAIL UDP IAD12 192.168.3.1 -",
];

#[test]
fn dns_records_by_the_hour_and_type() {
    check(
        "stats count(*) by queryType, bin(1h)",
        DNS,
        &[
            "queryType=A | bin(1h)=2026-01-01 12:00:00.000 | count(*)=2",
            "queryType=AAAA | bin(1h)=2026-01-01 12:00:00.000 | count(*)=1",
            "queryType=ANY | bin(1h)=2026-01-01 12:00:00.000 | count(*)=1",
        ],
    );
}

#[test]
fn the_busiest_dns_resolvers() {
    check(
        "stats count(*) as numRequests by resolverIp\n    | sort numRequests desc\n    | limit 10",
        DNS,
        &[
            "resolverIp=192.168.3.1 | numRequests=2",
            "resolverIp=192.168.1.1 | numRequests=1",
            "resolverIp=2001:db8::1234 | numRequests=1",
        ],
    );
}

#[test]
fn dns_failures_by_domain() {
    check(
        r#"filter responseCode="SERVFAIL" | stats count(*) by queryName"#,
        DNS,
        &["queryName=bad.example.com | count(*)=1"],
    );
}

const TRAIL: &[&str] = &[
    r#"{"eventSource":"ec2.amazonaws.com","eventName":"StartInstances","awsRegion":"us-east-2","requestParameters":{"instancesSet":{"items":[{"instanceId":"i-abcde123"}]}}}"#,
    r#"{"eventSource":"iam.amazonaws.com","eventName":"CreateUser","awsRegion":"us-east-1","requestParameters":{"userName":"Alice"},"responseElements":{"user":{"arn":"arn:aws:iam::123456789012:user/Alice"}}}"#,
    r#"{"eventSource":"cloudtrail.amazonaws.com","eventName":"UpdateTrail","awsRegion":"us-east-1","errorCode":"TrailNotFoundException","errorMessage":"Unknown trail"}"#,
    r#"{"eventSource":"cloudtrail.amazonaws.com","eventName":"UpdateTrail","awsRegion":"us-east-1"}"#,
];

#[test]
fn cloudtrail_events_by_service_type_and_region() {
    check(
        "stats count(*) by eventSource, eventName, awsRegion",
        TRAIL,
        &[
            "eventSource=cloudtrail.amazonaws.com | eventName=UpdateTrail | awsRegion=us-east-1 | count(*)=2",
            "eventSource=ec2.amazonaws.com | eventName=StartInstances | awsRegion=us-east-2 | count(*)=1",
            "eventSource=iam.amazonaws.com | eventName=CreateUser | awsRegion=us-east-1 | count(*)=1",
        ],
    );
}

#[test]
fn hosts_that_were_started_or_stopped() {
    check(
        r#"filter (eventName="StartInstances" or eventName="StopInstances") and awsRegion="us-east-2" | fields eventName"#,
        TRAIL,
        &["eventName=StartInstances"],
    );
}

#[test]
fn new_users() {
    check(
        r#"filter eventName="CreateUser"
    | fields awsRegion, requestParameters.userName, responseElements.user.arn"#,
        TRAIL,
        &[
            "awsRegion=us-east-1 | requestParameters.userName=Alice | responseElements.user.arn=arn:aws:iam::123456789012:user/Alice",
        ],
    );
}

#[test]
fn failed_updates_of_trails() {
    check(
        r#"filter eventName="UpdateTrail" and ispresent(errorCode)
    | stats count(*) by errorCode, errorMessage"#,
        TRAIL,
        &["errorCode=TrailNotFoundException | errorMessage=Unknown trail | count(*)=1"],
    );
}

#[test]
fn an_instance_by_its_place_in_a_list() {
    check(
        r#"fields eventName
| filter requestParameters.instancesSet.items.0.instanceId="i-abcde123"
| sort @timestamp desc"#,
        TRAIL,
        &["eventName=StartInstances"],
    );
}

#[test]
fn outdated_tls() {
    check(
        r#"filter tlsDetails.tlsVersion in [ "TLSv1", "TLSv1.1" ]
| stats count(*) as numOutdatedTlsCalls by userIdentity.accountId, recipientAccountId, eventSource, eventName, awsRegion, tlsDetails.tlsVersion, tlsDetails.cipherSuite, userAgent
| sort eventSource, eventName, awsRegion, tlsDetails.tlsVersion"#,
        &[
            r#"{"tlsDetails":{"tlsVersion":"TLSv1.1","cipherSuite":"AES"},"userIdentity":{"accountId":"123456789012"},"eventSource":"s3","eventName":"GetObject","awsRegion":"eu-west-1"}"#,
            r#"{"tlsDetails":{"tlsVersion":"TLSv1.3"},"eventSource":"s3"}"#,
        ],
        &[
            "userIdentity.accountId=123456789012 | eventSource=s3 | eventName=GetObject | awsRegion=eu-west-1 | tlsDetails.tlsVersion=TLSv1.1 | tlsDetails.cipherSuite=AES | numOutdatedTlsCalls=1",
        ],
    );
}

const GATEWAY: &[&str] = &[
    r#"{"status":"404","ip":"192.0.2.10","resourcePath":"/a","httpMethod":"GET","integrationLatency":12}"#,
    r#"{"status":"502","ip":"192.0.2.11","resourcePath":"/b","httpMethod":"POST","integrationLatency":29000}"#,
    r#"{"status":"200","ip":"192.0.2.12","resourcePath":"/a","httpMethod":"GET","integrationLatency":15}"#,
];

#[test]
fn the_last_4xx_errors_of_an_api() {
    check(
        "fields status, ip, resourcePath, httpMethod\n| filter status>=400 and status<=499\n| sort @timestamp desc\n| limit 10",
        GATEWAY,
        &["status=404 | ip=192.0.2.10 | resourcePath=/a | httpMethod=GET"],
    );
}

#[test]
fn the_slowest_requests_of_an_api() {
    check(
        "fields status, resourcePath, integrationLatency\n| sort integrationLatency desc\n| limit 2",
        GATEWAY,
        &[
            "status=502 | resourcePath=/b | integrationLatency=29000",
            "status=200 | resourcePath=/a | integrationLatency=15",
        ],
    );
}

#[test]
fn the_most_popular_paths_of_an_api() {
    check(
        "stats count(*) as requestCount by resourcePath\n| sort requestCount desc\n| limit 10",
        GATEWAY,
        &[
            "resourcePath=/a | requestCount=2",
            "resourcePath=/b | requestCount=1",
        ],
    );
}

const NAT: &[&str] = &[
    "2 1 eni-1 10.0.1.5 10.0.9.9 1 1 6 1 100 1 2 ACCEPT OK",
    "2 1 eni-1 10.0.1.5 10.0.9.9 1 1 6 1 200 1 2 ACCEPT OK",
    "2 1 eni-1 10.0.1.6 10.0.9.9 1 1 6 1 50 1 2 ACCEPT OK",
    "2 1 eni-1 203.0.113.1 10.0.9.9 1 1 6 1 7 1 2 ACCEPT OK",
    "2 1 eni-1 10.0.9.9 198.51.100.1 1 1 6 1 9 1 2 ACCEPT OK",
    "2 1 eni-1 10.0.9.9 10.0.1.5 1 1 6 1 3 1 2 ACCEPT OK",
];

#[test]
fn instances_that_send_most_through_a_nat_gateway() {
    check(
        "filter (dstAddr like '10.0.9.9' and srcAddr like '10.0.')\n| stats sum(bytes) as bytesTransferred by srcAddr, dstAddr\n| sort bytesTransferred desc\n| limit 10",
        NAT,
        &[
            "srcAddr=10.0.1.5 | dstAddr=10.0.9.9 | bytesTransferred=300",
            "srcAddr=10.0.1.6 | dstAddr=10.0.9.9 | bytesTransferred=50",
        ],
    );
}

#[test]
fn traffic_to_and_from_instances_of_a_nat_gateway() {
    check(
        "filter (dstAddr like '10.0.9.9' and srcAddr like '10.0.') or (srcAddr like '10.0.9.9' and dstAddr like '10.0.')\n| stats sum(bytes) as bytesTransferred by srcAddr, dstAddr\n| sort bytesTransferred desc\n| limit 10",
        NAT,
        &[
            "srcAddr=10.0.1.5 | dstAddr=10.0.9.9 | bytesTransferred=300",
            "srcAddr=10.0.1.6 | dstAddr=10.0.9.9 | bytesTransferred=50",
            "srcAddr=10.0.9.9 | dstAddr=10.0.1.5 | bytesTransferred=3",
        ],
    );
}

#[test]
fn uploads_and_downloads_through_a_nat_gateway() {
    check(
        "filter (srcAddr like '10.0.9.9' and dstAddr not like '10.0.')\n| stats sum(bytes) as bytesTransferred by srcAddr, dstAddr\n| sort bytesTransferred desc\n| limit 10",
        NAT,
        &["srcAddr=10.0.9.9 | dstAddr=198.51.100.1 | bytesTransferred=9"],
    );
    check(
        "filter (dstAddr like '10.0.9.9' and srcAddr not like '10.0.')\n| stats sum(bytes) as bytesTransferred by srcAddr, dstAddr\n| sort bytesTransferred desc\n| limit 10",
        NAT,
        &["srcAddr=203.0.113.1 | dstAddr=10.0.9.9 | bytesTransferred=7"],
    );
}

const APACHE: &[&str] = &[
    r#"{"remoteIP":"192.0.2.1","request":"/admin","status":"200","filename":"/var/www/html/admin","method":"GET","referrer":"http://34.250.27.141/"}"#,
    r#"{"remoteIP":"192.0.2.1","request":"/","status":"200","filename":"/var/www/html/index","method":"GET","referrer":"http://34.250.27.141/"}"#,
    r#"{"remoteIP":"192.0.2.2","request":"/","status":"404","filename":"/var/www/html/index","method":"GET","referrer":"http://34.250.27.141/"}"#,
    r#"{"function":"main","process":"7","message":"AH00094: resuming normal operations"}"#,
];

#[test]
fn traffic_to_a_path_of_apache() {
    check(
        "fields @timestamp, remoteIP, request, status, filename| sort @timestamp desc\n| filter filename=\"/var/www/html/admin\"\n| limit 20",
        APACHE,
        &[
            "@timestamp=2026-01-01 12:00:00.000 | remoteIP=192.0.2.1 | request=/admin | status=200 | filename=/var/www/html/admin",
        ],
    );
}

#[test]
fn unique_visits_of_a_page_of_apache() {
    check(
        "fields @timestamp, remoteIP, method, status\n| filter status=\"200\" and referrer= \"http://34.250.27.141/\" and method= \"GET\"\n| stats count_distinct(remoteIP) as UniqueVisits\n| limit 10",
        APACHE,
        &["UniqueVisits=1"],
    );
}

#[test]
fn restarts_of_apache() {
    check(
        "fields @timestamp, function, process, message\n| filter message like \"resuming normal operations\"\n| sort @timestamp desc\n| limit 20",
        APACHE,
        &[
            "@timestamp=2026-01-01 12:00:03.000 | function=main | process=7 | message=AH00094: resuming normal operations",
        ],
    );
}

const BRIDGE: &[&str] = &[
    r#"{"detail-type":"Shutdown","source":"a","detail":{"state":"stopped"}}"#,
    r#"{"detail-type":"Start","source":"a","detail":{"state":"running"}}"#,
    r#"{"detail-type":"Start","source":"b","detail":{"state":"running"}}"#,
];

#[test]
fn eventbridge_events_by_their_type() {
    check(
        "fields @timestamp, @message | stats count(*) as numberOfEvents by `detail-type` | sort numberOfEvents desc",
        BRIDGE,
        &[
            "detail-type=Start | numberOfEvents=2",
            "detail-type=Shutdown | numberOfEvents=1",
        ],
    );
}

const CALLS: &[&str] = &[
    "25 May 2019 10:24:39,474 user=alice, method:get, latency := 216",
    "25 May 2019 10:24:40,474 user=alice, method:get, latency := 284",
    "25 May 2019 10:24:41,474 user=bob, method:put, latency := 40",
    "something else",
];

#[test]
fn parse_with_wildcards() {
    check(
        "parse @message \"user=*, method:*, latency := *\" as @user,\n    @method, @latency | stats avg(@latency) by @method,\n    @user",
        CALLS,
        &[
            "@method=get | @user=alice | avg(@latency)=250",
            "@method=put | @user=bob | avg(@latency)=40",
        ],
    );
}

#[test]
fn parse_with_named_groups() {
    check(
        r"parse @message /user=(?<user2>.*?), method:(?<method2>.*?), latency := (?<latency2>\d+)/
    | stats avg(latency2) by method2, user2",
        CALLS,
        &[
            "method2=get | user2=alice | avg(latency2)=250",
            "method2=put | user2=bob | avg(latency2)=40",
        ],
    );
}

#[test]
fn parse_then_filter_then_display() {
    check(
        r#"FIELDS @message
    | PARSE @message "* [*] *" as loggingTime, loggingType, loggingMessage
    | FILTER loggingType IN ["ERROR", "INFO"]
    | DISPLAY loggingMessage, loggingType = "ERROR" as isError"#,
        &[
            "10:00 [INFO] up",
            "10:01 [ERROR] down",
            "10:02 [DEBUG] noise",
        ],
        &[
            "loggingMessage=down | isError=1",
            "loggingMessage=up | isError=0",
        ],
    );
    check(
        "fields @message\n    | parse @message \"[*] *\" as loggingType, loggingMessage\n    | filter loggingType = \"ERROR\"\n    | display loggingMessage",
        &["[ERROR] broke", "[INFO] fine"],
        &["loggingMessage=broke"],
    );
}

const THROWN: &[&str] =
    &["25 May 2019 10:24:39,474 [ERROR] {foo=2, bar=data} The error was: DataIntegrityException"];

#[test]
fn the_same_line_by_wildcards_and_by_groups() {
    let parsed = &["level=ERROR | config={foo=2, bar=data} | exception=DataIntegrityException"];
    check(
        "parse @message \"[*] * The error was: *\" as level, config, exception | display level, config, exception",
        THROWN,
        parsed,
    );
    check(
        r"parse @message /\[(?<level>\S+)\]\s+(?<config>\{.*\})\s+The error was: (?<exception>\S+)/ | display level, config, exception",
        THROWN,
        parsed,
    );
}

#[test]
fn a_flattened_list_by_wildcards() {
    check(
        "parse @message \"'fieldsA': '*', 'fieldsB': ['*']\" as fld, array | display fld, array",
        &["{'fieldsA': 'logs', 'fieldsB': ['x']}"],
        &["fld=logs | array=x"],
    );
}

#[test]
fn a_field_parsed_further() {
    check(
        "parse @message \"url=*\" as url\n| parse url \"/api/*/users/*\" as apiVersion, userId\n| display apiVersion, userId",
        &["url=/api/v2/users/7"],
        &["apiVersion=v2 | userId=7"],
    );
    check(
        "parse @logStream \"o*\" as rest | display rest",
        &["x"],
        &["rest=ne"],
    );
}

#[test]
fn filters_of_the_documentation() {
    let events = &[
        r#"{"f1":10,"f2":"a","f3":30,"duration":2500,"statusCode":204,"Type":"foo"}"#,
        r#"{"f1":"Exception: x","f2":"b","f3":3,"duration":1999,"statusCode":"301","Type":1}"#,
        r#"{"f1":"exception","f2":"c","f3":"Error","statusCode":300,"Type":"other"}"#,
    ];
    for (query, f2) in [
        ("fields f2 | filter (duration>2000)", &["f2=a"][..]),
        ("fields f2 | filter (f1=10 or f3>25)", &["f2=a"]),
        (r"fields f2 | filter statusCode like /2\d\d/", &["f2=a"]),
        (
            r"fields f2 | filter statusCode not like /2\d\d/",
            &["f2=c", "f2=b"],
        ),
        ("fields f2 | filter statusCode in [300,400,500]", &["f2=c"]),
        (
            r#"fields f2 | filter Type not in ["foo","bar",1]"#,
            &["f2=c"],
        ),
        (r#"fields f2 | filter f1 like "Exception""#, &["f2=b"]),
        ("fields f2 | filter f1 like /Exception/", &["f2=b"]),
        ("fields f2 | filter f1 =~ /Exception/", &["f2=b"]),
        (
            "fields f2 | filter f1 not like \"Exception\"",
            &["f2=c", "f2=a"],
        ),
        (
            "fields f2 | filter f1 like /(?i)Exception/",
            &["f2=c", "f2=b"],
        ),
        ("fields f2 | filter f3 like /Er*/", &["f2=c"]),
        (
            "fields f2 | filter @log in [\"000000000000:backend\"] and @logStream in [\"one\"] | limit 1",
            &["f2=c"],
        ),
    ] {
        check(query, events, f2);
    }
}

#[test]
fn fields_of_the_documentation() {
    let events = &[
        r#"{"foo-bar":"x","action":"y","f3":1,"f4":4,"Operation":"Get","StatusCode":200,"myField":-2}"#,
    ];
    check(
        "fields `foo-bar`, action, abs(f3-f4)",
        events,
        &["foo-bar=x | action=y | abs(f3-f4)=3"],
    );
    check(
        "fields concat(Operation, '-', StatusCode) as opStatus",
        events,
        &["opStatus=Get-200"],
    );
    check(
        "fields abs(myField) as AbsoluteValuemyField, myField2",
        events,
        &["AbsoluteValuemyField=2"],
    );
    check(
        "fields ispresent(resolverArn) as isRes",
        events,
        &["isRes=0"],
    );
    check(
        "stats avg (f3) by action",
        events,
        &["action=y | avg (f3)=1"],
    );
}

#[test]
fn comments_of_the_documentation() {
    check(
        "fields @message\n    # | filter @message like /delay/\n    | limit 1 # one",
        &["a", "b"],
        &["@message=b"],
    );
}

#[test]
fn streams_by_their_volume_from_a_timestamp_carried_on() {
    check(
        "FIELDS strlen(@message) AS message_length\n| STATS sum(message_length) AS ingested_bytes, max(@timestamp) as @timestamp BY @logStream\n| STATS avg(ingested_bytes) BY bin(5m)",
        &["four", "sixsix"],
        &["bin(5m)=2026-01-01 12:00:00.000 | avg(ingested_bytes)=10"],
    );
}
