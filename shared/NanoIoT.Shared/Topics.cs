namespace NanoIoT.Shared
{
    /// <summary>Every MQTT topic of the contract. AWS IoT's own are as AWS documents them.</summary>
    public static class Topics
    {
        /// <summary>The named shadow the agent keeps: firmware, profile and health in reported; groups, region and intervals in desired.</summary>
        public const string AgentShadow = "nanoiot";

        /// <summary>Prefix of every announcement topic.</summary>
        public const string OtaPrefix = "nanoiot/ota/";

        /// <summary>Prefix of a thing's own nanoIoT topics; the thing's name follows.</summary>
        public const string ThingPrefix = "nanoiot/things/";

        /// <summary>Prefix of AWS's thing topics; the thing's name follows.</summary>
        public const string AwsThingPrefix = "$aws/things/";

        /// <summary>Filter over every thing's progress reports.</summary>
        public const string AllProgress = "nanoiot/things/+/ota/progress";

        /// <summary>Announcement to every board.</summary>
        /// <param name="component">The component, e.g. <c>app</c>, or <c>+</c> in a filter.</param>
        /// <returns>The topic.</returns>
        public static string OtaAll(string component) => OtaPrefix + "all/" + component;

        /// <summary>Announcement to the boards of a region.</summary>
        /// <param name="region">The region.</param>
        /// <param name="component">The component, or <c>+</c> in a filter.</param>
        /// <returns>The topic.</returns>
        public static string OtaRegion(string region, string component) => OtaPrefix + "region/" + region + "/" + component;

        /// <summary>Announcement to the boards of a group.</summary>
        /// <param name="group">The group.</param>
        /// <param name="component">The component, or <c>+</c> in a filter.</param>
        /// <returns>The topic.</returns>
        public static string OtaGroup(string group, string component) => OtaPrefix + "group/" + group + "/" + component;

        /// <summary>Announcement to the boards of a group that are in a region.</summary>
        /// <param name="group">The group.</param>
        /// <param name="region">The region.</param>
        /// <param name="component">The component, or <c>+</c> in a filter.</param>
        /// <returns>The topic.</returns>
        public static string OtaGroupRegion(string group, string region, string component) =>
            OtaPrefix + "group/" + group + "/region/" + region + "/" + component;

        /// <summary>Announcement to one board.</summary>
        /// <param name="thing">The thing.</param>
        /// <param name="component">The component, or <c>+</c> in a filter.</param>
        /// <returns>The topic.</returns>
        public static string OtaThing(string thing, string component) => OtaPrefix + "thing/" + thing + "/" + component;

        /// <summary>A board's progress reports, QoS 1.</summary>
        /// <param name="thing">The thing.</param>
        /// <returns>The topic.</returns>
        public static string Progress(string thing) => ThingPrefix + thing + "/ota/progress";

        /// <summary>A board's request for a fresh download URL; answered on <c>/accepted</c> or <c>/rejected</c> below it.</summary>
        /// <param name="thing">The thing.</param>
        /// <returns>The topic.</returns>
        public static string UrlGet(string thing) => ThingPrefix + thing + "/ota/url/get";

        /// <summary>A board's batched readings.</summary>
        /// <param name="thing">The thing.</param>
        /// <returns>The topic.</returns>
        public static string Telemetry(string thing) => ThingPrefix + thing + "/telemetry";

        /// <summary>A board's events: usage counters and its last will.</summary>
        /// <param name="thing">The thing.</param>
        /// <returns>The topic.</returns>
        public static string Events(string thing) => ThingPrefix + thing + "/events";

        /// <summary>The prefix of a shadow's topics, without a slash at its end.</summary>
        /// <param name="thing">The thing.</param>
        /// <param name="shadow">The shadow's name, or null for the classic shadow.</param>
        /// <returns>The prefix.</returns>
        public static string Shadow(string thing, string? shadow) =>
            AwsThingPrefix + thing + (shadow == null ? "/shadow" : "/shadow/name/" + shadow);

        /// <summary>How specific an announcement topic is: 0 all, 1 region, 2 group, 3 group and region, 4 thing.</summary>
        /// <param name="topic">An announcement topic.</param>
        /// <returns>The rank.</returns>
        public static int OtaSpecificity(string topic)
        {
            switch (topic[OtaPrefix.Length])
            {
                case 'r':
                    return 1;
                case 'g':
                    return topic.Split('/').Length > 5 ? 3 : 2;
                case 't':
                    return 4;
                default:
                    return 0;
            }
        }

        /// <summary>The component at the end of an announcement topic.</summary>
        /// <param name="topic">An announcement topic.</param>
        /// <returns>The component.</returns>
        public static string OtaComponent(string topic) => topic.Substring(topic.LastIndexOf('/') + 1);
    }
}
