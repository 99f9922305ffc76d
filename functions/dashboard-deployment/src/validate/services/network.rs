//! Services between users and programs: load balancers, gateways, content delivery, DNS, firewalls, NAT.

use super::MetricNamespace;

pub(super) const SERVICES: &[MetricNamespace] = &[
    MetricNamespace {
        namespace: "AWS/ApplicationELB",
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html",
        needs: "LoadBalancer",
        also: "AvailabilityZone TargetGroup",
        except: &[(
            "LambdaInternalError LambdaTargetProcessedBytes LambdaUserError RequestCountPerTarget",
            "TargetGroup | LoadBalancer",
        )],
        metrics: "ActiveConnectionCount AnomalousHostCount ClientTLSNegotiationErrorCount \
            ConsumedLCUs DesyncMitigationMode_NonCompliant_Request_Count \
            DroppedInvalidHeaderRequestCount ELBAuthError ELBAuthFailure ELBAuthLatency \
            ELBAuthRefreshTokenSuccess ELBAuthSuccess ELBAuthUserClaimsSizeExceeded \
            ForwardedInvalidHeaderRequestCount GrpcRequestCount HTTPCode_ELB_3XX_Count \
            HTTPCode_ELB_4XX_Count HTTPCode_ELB_500_Count HTTPCode_ELB_502_Count \
            HTTPCode_ELB_503_Count HTTPCode_ELB_504_Count HTTPCode_ELB_5XX_Count \
            HTTPCode_Target_2XX_Count HTTPCode_Target_3XX_Count HTTPCode_Target_4XX_Count \
            HTTPCode_Target_5XX_Count HTTP_Fixed_Response_Count HTTP_Redirect_Count \
            HTTP_Redirect_Url_Limit_Exceeded_Count HealthyHostCount HealthyStateDNS \
            HealthyStateRouting IPv6ProcessedBytes IPv6RequestCount MitigatedHostCount \
            NewConnectionCount NonStickyRequestCount PeakLCUs ProcessedBytes \
            RejectedConnectionCount RequestCount ReservedLCUs RuleEvaluations \
            StandardProcessedBytes TargetConnectionErrorCount TargetResponseTime \
            TargetTLSNegotiationErrorCount UnHealthyHostCount UnhealthyRoutingRequestCount \
            UnhealthyStateDNS UnhealthyStateRouting ZonalShiftedHostCount",
        is_complete: true,
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/NetworkELB",
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html",
        needs: "LoadBalancer",
        also: "AvailabilityZone TargetGroup",
        metrics: "ActiveFlowCount ActiveFlowCount_TCP ActiveFlowCount_TLS ActiveFlowCount_UDP \
            ClientTLSNegotiationErrorCount ConsumedLCUs ConsumedLCUs_TCP ConsumedLCUs_TLS \
            ConsumedLCUs_UDP HealthyHostCount NewFlowCount NewFlowCount_TCP NewFlowCount_TLS \
            NewFlowCount_UDP PeakBytesPerSecond PeakPacketsPerSecond PortAllocationErrorCount \
            ProcessedBytes ProcessedBytes_TCP ProcessedBytes_TLS ProcessedBytes_UDP \
            ProcessedPackets RejectedFlowCount RejectedFlowCount_TCP ReservedLCUs \
            TCP_Client_Reset_Count TCP_ELB_Reset_Count TCP_Target_Reset_Count \
            TargetTLSNegotiationErrorCount UnHealthyHostCount UnhealthyRoutingFlowCount \
            ZonalHealthStatus",
        is_complete: true,
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/GatewayELB",
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/cloudwatch-metrics.html",
        needs: "LoadBalancer",
        also: "AvailabilityZone TargetGroup",
        metrics: "ActiveFlowCount ConsumedLCUs HealthyHostCount NewFlowCount ProcessedBytes \
            UnHealthyHostCount",
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/ELB",
        source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-cloudwatch-metrics.html",
        needs: "none | LoadBalancerName | AvailabilityZone",
        metrics: "BackendConnectionErrors DesyncMitigationMode_NonCompliant_Request_Count \
            EstimatedALBActiveConnectionCount EstimatedALBConsumedLCUs \
            EstimatedALBNewConnectionCount EstimatedProcessedBytes HTTPCode_Backend_2XX \
            HTTPCode_Backend_3XX HTTPCode_Backend_4XX HTTPCode_Backend_5XX HTTPCode_ELB_4XX \
            HTTPCode_ELB_5XX HealthyHostCount Latency RequestCount SpilloverCount \
            SurgeQueueLength UnHealthyHostCount",
        is_complete: true,
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/ApiGateway",
        source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html",
        // REST APIs by name, HTTP and WebSocket APIs by id.
        needs: "ApiName | ApiId",
        also: "Method Resource Route Stage DomainName",
        metrics: "4XXError 4xx 5XXError 5xx CacheHitCount CacheMissCount ClientError ConnectCount \
            Count DataProcessed ExecutionError IntegrationError IntegrationLatency Latency \
            MessageCount",
        is_complete: true,
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/AppSync",
        source: "https://docs.aws.amazon.com/appsync/latest/devguide/monitoring.html",
        needs: "GraphQLAPIId",
        is_open: true,
        metrics: "4XXError 5XXError ActiveConnections ActiveSubscriptions ConnectClientError \
            ConnectServerError ConnectSuccess ConnectionDuration Latency Requests TokensConsumed",
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/CloudFront",
        source: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html",
        needs: "DistributionId Region | FunctionName Region",
        metrics: "401ErrorRate 403ErrorRate 404ErrorRate 4xxErrorRate 502ErrorRate 503ErrorRate \
            504ErrorRate 5xxErrorRate BytesDownloaded BytesUploaded CacheHitRate \
            FunctionComputeUtilization FunctionExecutionErrors FunctionInvocations \
            FunctionThrottles FunctionValidationErrors LambdaExecutionError \
            LambdaLimitExceededError LambdaValidationError OriginLatency Requests TotalErrorRate",
        home: "us-east-1",
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/Route53",
        source: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-cloudwatch.html",
        needs: "HealthCheckId | HostedZoneId | Region",
        metrics: "ChildHealthCheckHealthyCount ConnectionTime DNSQueries \
            HealthCheckPercentageHealthy HealthCheckStatus SSLHandshakeTime TimeToFirstByte",
        home: "us-east-1",
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/WAFV2",
        source: "https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html",
        needs: "WebACL | RuleGroup | Rule",
        also: "Region",
        // Labels, countries, devices and bots have dimensions of their own.
        is_open: true,
        metrics: "AllowedRequests BlockedRequests CaptchaRequests CaptchasAttempted \
            CaptchasSolved ChallengeRequests CountedRequests PassedRequests \
            RequestsWithValidCaptchaToken RequestsWithValidChallengeToken",
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/NATGateway",
        source: "https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html",
        needs: "NatGatewayId",
        also: "AvailabilityZone",
        metrics: "ActiveConnectionCount BytesInFromDestination BytesInFromSource \
            BytesOutToDestination BytesOutToSource ConnectionAttemptCount \
            ConnectionEstablishedCount ErrorPortAllocation IdleTimeoutCount PacketsDropCount \
            PacketsInFromDestination PacketsInFromSource PacketsOutToDestination \
            PacketsOutToSource PeakBytesPerSecond PeakPacketsPerSecond",
        is_complete: true,
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/TransitGateway",
        source: "https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-cloudwatch-metrics.html",
        needs: "TransitGateway",
        also: "AvailabilityZone TransitGatewayAttachment",
        metrics: "BytesDropCountBlackhole BytesDropCountNoRoute BytesIn BytesOut \
            PacketDropCountBlackhole PacketDropCountNoRoute PacketDropTTLExpired PacketsIn \
            PacketsOut",
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/VPN",
        source: "https://docs.aws.amazon.com/vpn/latest/s2svpn/monitoring-cloudwatch-vpn.html",
        needs: "none | VpnId | TunnelIpAddress",
        metrics: "TunnelDataIn TunnelDataOut TunnelState",
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/CertificateManager",
        source: "https://docs.aws.amazon.com/acm/latest/userguide/cloudwatch-metrics.html",
        needs: "CertificateArn",
        metrics: "DaysToExpiry",
        is_complete: true,
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/Cognito",
        source: "https://docs.aws.amazon.com/cognito/latest/developerguide/metrics-for-cognito-user-pools.html",
        needs: "UserPool | UserPoolId | none",
        also: "IdentityProvider Operation RiskLevel UserPoolClient",
        is_open: true,
        metrics: "FederationSuccesses FederationThrottles SignInSuccesses SignInThrottles \
            SignUpSuccesses SignUpThrottles TokenRefreshSuccesses TokenRefreshThrottles",
        ..MetricNamespace::ANY
    },
];
