-- Who used a vendor since a moment, over all gateways, each event counted once.
SELECT if(startsWith(toString(src_ip), '::ffff:'), substring(toString(src_ip), 8), toString(src_ip)) AS source,
    any(src_group) AS source_group, arraySort(groupUniqArray(sensor_id)) AS gateways, arraySort(groupUniqArray(ai_product)) AS products,
    min(time) AS first, max(time) AS last, countIf(flow_part = 1) AS flows, sum(flow_delta_interactions_est) AS interactions,
    sum(flow_delta_bytes_up) AS bytes_up
FROM egret.flow FINAL
WHERE ai_vendor = {vendor:String} AND ai_confidence IN ('medium', 'high') AND time >= {since:DateTime('UTC')}
GROUP BY src_ip
ORDER BY interactions DESC, source;

-- A vendor by hour with the number of sources, from the table of hours. Sources are counted by a sketch, within a percent.
SELECT ai_vendor, hour, sum(interactions) AS interactions, sum(bytes_up) AS bytes_up, uniqCombined64Merge(15)(sources) AS sources,
    uniqExact(sensor_id) AS gateways
FROM egret.hour FINAL
WHERE hour >= {since:DateTime('UTC')}
GROUP BY ai_vendor, hour
ORDER BY ai_vendor, hour;

-- The last hour of a vendor at each minute: interactions of all gateways, and the sources of that minute.
SELECT minute, sum(interactions) OVER (ORDER BY minute RANGE BETWEEN 3540 PRECEDING AND CURRENT ROW) AS interactions, sources
FROM (
    SELECT toStartOfMinute(toDateTime(time, 'UTC')) AS minute, sum(flow_delta_interactions_est) AS interactions, uniqExact(src_ip) AS sources
    FROM egret.flow FINAL
    WHERE ai_vendor = {vendor:String} AND time >= {since:DateTime('UTC')} AND time < {until:DateTime('UTC')}
    GROUP BY minute
)
ORDER BY minute;
